using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>dev.sh and dev.ps1 start the same processes with commands and settings that exist.</summary>
internal static partial class ScriptRules
{
    /// <summary>What only the scripts read, or what they set for other programs.</summary>
    private static readonly string[] Others = ["SMARTFLOW_SKIP_WEB", "SMARTFLOW_SKIP_BUILD"];

    public static IEnumerable<string> Problems(DeployFiles files)
    {
        var lists = new Dictionary<string, string[]>();
        foreach (var script in new[] { "dev.sh", "dev.ps1" })
        {
            var text = files[script];
            lists[script] =
            [
                .. Process()
                    .Matches(
                        text[..text.IndexOf(script == "dev.sh" ? "say()" : "function Fail", StringComparison.Ordinal)]
                    )
                    .Select(m => m.Value),
            ];
            foreach (var module in lists[script].Select(p => p.Split(':')[1]).Distinct())
                if (KnownProgram.Find(module) is null)
                    yield return $"{script}: there is no module {module}";
            foreach (var module in KnownProgram.Modules)
                if (
                    lists[script].Count(p => p.Split(':')[1].Equals(module.Name, StringComparison.OrdinalIgnoreCase))
                    < (module.Name is "Llm" or "TokenStore" ? 2 : 1)
                )
                    yield return $"{script}: too few processes host {module.Name}";
            foreach (Match command in Command().Matches(text).Concat(Invoked().Matches(text)))
            {
                var words = command
                    .Groups[1]
                    .Value.Replace("', '", " ", StringComparison.Ordinal)
                    .Trim('\'')
                    .Split(' ');
                foreach (var problem in ComposeRules.OfWords(script, words))
                    yield return problem;
            }
            foreach (Match variable in Variable().Matches(text))
                if (!KnownProgram.IsVariable(variable.Value) && !Others.Contains(variable.Value))
                    yield return $"{script}: {variable.Value} is no setting";
        }
        if (!lists["dev.sh"].SequenceEqual(lists["dev.ps1"]))
            yield return "dev.sh and dev.ps1 start other processes";
    }

    [GeneratedRegex(@"\b[a-z][a-z0-9-]*:[a-z]+\b(?!/)")]
    private static partial Regex Process();

    [GeneratedRegex(@"dotnet ""\$program"" ([a-z][a-z ]*[a-z])")]
    private static partial Regex Command();

    [GeneratedRegex(@"Invoke-Smartflow \w+ @\(('[^)]+')\)")]
    private static partial Regex Invoked();

    [GeneratedRegex(@"\b(?:SMARTFLOW_[A-Z_]+[A-Z]|[A-Z][A-Za-z]+(?:__[A-Za-z0-9]+)+)\b")]
    private static partial Regex Variable();
}

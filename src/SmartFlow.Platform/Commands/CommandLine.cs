using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Platform.Commands;

/// <summary>The words after <c>smartflow</c>: none serves; the others are the commands that modules register.</summary>
internal static class CommandLine
{
    /// <summary>Settings that may be given as arguments; the host's configuration reads them.</summary>
    private static readonly string[] Settings = ["--modules", "--urls", "--environment"];

    public static async Task<int> RunAsync(string[] arguments, Func<WebApplication> build)
    {
        await using var app = build();
        var root = new RootCommand(
            "SmartFlow: study plans in the time that you really have. Without a command it serves."
        );
        foreach (var setting in Settings)
            root.Options.Add(
                new Option<string>(setting) { Description = "As in the configuration.", Recursive = true }
            );
        root.SetAction((_, cancellation) => Serving.RunAsync(app, cancellation));
        foreach (var command in app.Services.GetServices<ICommand>().OrderBy(c => c.Name, StringComparer.Ordinal))
            Add(root, app, command);
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await root.Parse([.. arguments.Where(a => !IsSetting(a))]).InvokeAsync(invocation);
    }

    private static void Add(Command root, WebApplication app, ICommand command)
    {
        var parent = root;
        var words = command.Name.Split(' ');
        foreach (var word in words[..^1])
        {
            if (parent.Subcommands.FirstOrDefault(c => c.Name == word) is not { } next)
                parent.Subcommands.Add(next = new Command(word));
            parent = next;
        }
        var leaf = new Command(words[^1], command.Usage) { TreatUnmatchedTokensAsErrors = false };
        leaf.SetAction(
            async (parsed, cancellation) =>
            {
                if (command.Writes)
                    await Serving.PrepareAsync(app, cancellation);
                return await command.RunAsync(parsed.UnmatchedTokens, Console.Out, cancellation);
            }
        );
        parent.Subcommands.Add(leaf);
    }

    /// <summary>--Section:Key=value, which the configuration takes as it is.</summary>
    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal)
        && argument.Contains(':', StringComparison.Ordinal)
        && argument.Contains('=', StringComparison.Ordinal);
}

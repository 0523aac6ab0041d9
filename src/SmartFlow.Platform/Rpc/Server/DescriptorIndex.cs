using Google.Protobuf.Reflection;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>Files by their name and by the full names of what they define.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> symbols = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<FileDescriptor> roots)
    {
        foreach (var file in roots.SelectMany(WithImports))
            if (files.TryAdd(file.Name, file))
                Add(file);
    }

    public FileDescriptor? File(string name) => files.GetValueOrDefault(name);

    /// <summary>By the full name of a service, method, message, field or enum.</summary>
    public FileDescriptor? FileOf(string symbol) => symbols.GetValueOrDefault(symbol.TrimStart('.'));

    /// <summary>The file first, then what it imports, each once.</summary>
    public static IEnumerable<FileDescriptor> WithImports(FileDescriptor file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<FileDescriptor>([file]);
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next.Name)) continue;
            yield return next;
            foreach (var import in next.Dependencies) open.Enqueue(import);
        }
    }

    private void Add(FileDescriptor file)
    {
        foreach (var service in file.Services)
        {
            symbols[service.FullName] = file;
            foreach (var method in service.Methods) symbols[method.FullName] = file;
        }
        foreach (var message in file.MessageTypes) Add(message);
        foreach (var type in file.EnumTypes) symbols[type.FullName] = file;
    }

    private void Add(MessageDescriptor message)
    {
        symbols[message.FullName] = message.File;
        foreach (var field in message.Fields.InDeclarationOrder()) symbols[field.FullName] = message.File;
        foreach (var type in message.EnumTypes) symbols[type.FullName] = message.File;
        foreach (var nested in message.NestedTypes) Add(nested);
    }
}

using System.ComponentModel.DataAnnotations;
using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>Section <c>Bus:Kafka</c>: the bus between processes. The same in every process.</summary>
public sealed class KafkaOptions
{
    internal const string Section = "Bus:Kafka";

    /// <summary>
    /// Brokers to begin with, <c>host:port,host:port</c>; empty: no Kafka, events stay within the process.
    /// </summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>
    /// How consumers share a topic: Consumer needs brokers from 4.0 on (KIP-848), Classic works with all.
    /// </summary>
    public GroupProtocol GroupProtocol { get; set; } = GroupProtocol.Consumer;

    /// <summary>Plaintext, Ssl, SaslPlaintext or SaslSsl.</summary>
    public SecurityProtocol SecurityProtocol { get; set; } = SecurityProtocol.Plaintext;

    /// <summary>With Sasl…: Plain, ScramSha256 or ScramSha512.</summary>
    public SaslMechanism SaslMechanism { get; set; } = SaslMechanism.ScramSha512;

    /// <summary>With Sasl…: who this process is to the brokers.</summary>
    public string SaslUsername { get; set; } = "";

    /// <summary>With Sasl…: its password.</summary>
    public string SaslPassword { get; set; } = "";

    /// <summary>
    /// With …Ssl: a PEM file of the authorities that brokers are believed by; empty: those of the system.
    /// </summary>
    public string CaFile { get; set; } = "";

    /// <summary>With …Ssl: a PEM file with the certificate of this process, where brokers ask for one.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The PEM file with its key.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>How long brokers may take to acknowledge a batch until it is sent again.</summary>
    [Range(1, 600)]
    public int DeliverySeconds { get; set; } = 30;

    /// <summary>With Classic: after which silence the brokers give a member's partitions to another.</summary>
    [Range(6, 600)]
    public int SessionSeconds { get; set; } = 10;

    /// <summary>After which time without brokers the readiness says so.</summary>
    [Range(1, 3_600)]
    public int AwaySeconds { get; set; } = 15;
}

internal sealed class KafkaOptionsCheck : IValidateOptions<KafkaOptions>
{
    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        if (options.BootstrapServers.Length == 0)
            return ValidateOptionsResult.Success;
        var problems = new List<string>();
        foreach (var server in options.BootstrapServers.Split(',', StringSplitOptions.TrimEntries))
            if (
                !Uri.TryCreate("kafka://" + server, UriKind.Absolute, out var address)
                || address.Port <= 0
                || address.PathAndQuery.Length > 1
            )
                problems.Add($"Bus:Kafka:BootstrapServers: {server} is not host:port");
        var sasl = options.SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;
        if (sasl && (options.SaslUsername.Length == 0 || options.SaslPassword.Length == 0))
            problems.Add($"Bus:Kafka:SecurityProtocol {options.SecurityProtocol} needs SaslUsername and SaslPassword");
        if (
            sasl
            && options.SaslMechanism
                is not (SaslMechanism.Plain or SaslMechanism.ScramSha256 or SaslMechanism.ScramSha512)
        )
            problems.Add("Bus:Kafka:SaslMechanism must be Plain, ScramSha256 or ScramSha512");
        if (!sasl && options.SaslUsername.Length > 0)
            problems.Add(
                $"Bus:Kafka:SaslUsername is not used with SecurityProtocol {options.SecurityProtocol}; set SaslSsl"
            );
        if ((options.CertificateFile.Length == 0) != (options.KeyFile.Length == 0))
            problems.Add("Bus:Kafka:CertificateFile and KeyFile belong together");
        foreach (var file in new[] { options.CaFile, options.CertificateFile, options.KeyFile })
            if (file.Length > 0 && !File.Exists(file))
                problems.Add($"Bus:Kafka: there is no file {file}");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

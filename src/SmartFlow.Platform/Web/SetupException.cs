namespace SmartFlow.Platform.Web;

/// <summary>The configuration does not allow a start; the message says what to set. Exit code 2.</summary>
public sealed class SetupException(string message, Exception? inner = null) : Exception(message, inner);

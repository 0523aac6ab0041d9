using System.Runtime.CompilerServices;
using Google.Protobuf.Reflection;
using SmartFlow.Platform.Rpc.Standard;
using Asked = SmartFlow.Platform.Rpc.Standard.ServerReflectionRequest.MessageRequestOneofCase;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>grpc.reflection.v1.ServerReflection.</summary>
internal interface IReflectionService
{
    /// <summary>One answer to each question, in order.</summary>
    IAsyncEnumerable<ServerReflectionResponse> ServerReflectionInfoAsync(
        IAsyncEnumerable<ServerReflectionRequest> requests, CancellationToken cancellationToken);
}

/// <summary>
/// Says which services there are and how they are defined, for command-line clients such as grpcurl. v1alpha has the
/// same messages under another name, so the same method answers both.
/// </summary>
internal sealed class ReflectionService(ServedContracts served) : IReflectionService
{
    public const string Path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    public const string AlphaPath = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
    private readonly Lazy<DescriptorIndex> index = new(() => new DescriptorIndex(served.All.Select(c => c.Service.File)));

    public async IAsyncEnumerable<ServerReflectionResponse> ServerReflectionInfoAsync(
        IAsyncEnumerable<ServerReflectionRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var request in requests.WithCancellation(cancellationToken))
        {
            var response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            yield return response;
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        Asked.ListServices => List(),
        Asked.FileByFilename => Files(index.Value.File(request.FileByFilename)),
        Asked.FileContainingSymbol => Files(index.Value.FileOf(request.FileContainingSymbol)),
        // proto3 without extensions: there are none to find.
        Asked.AllExtensionNumbersOfType when index.Value.FileOf(request.AllExtensionNumbersOfType) is not null =>
            new() { AllExtensionNumbersResponse = new() { BaseTypeName = request.AllExtensionNumbersOfType } },
        Asked.None => Error(RpcStatusCode.InvalidArgument, "The request asks for nothing."),
        _ => Error(RpcStatusCode.NotFound, "There is no such name here."),
    };

    private ServerReflectionResponse List()
    {
        var list = new ListServiceResponse();
        foreach (var name in served.All.Select(c => c.Service.FullName).Order(StringComparer.Ordinal))
            list.Service.Add(new ServiceResponse { Name = name });
        return new ServerReflectionResponse { ListServicesResponse = list };
    }

    /// <summary>The file and everything that it imports, so that one question is enough.</summary>
    private static ServerReflectionResponse Files(FileDescriptor? file)
    {
        if (file is null) return Error(RpcStatusCode.NotFound, "There is no such name here.");
        var response = new FileDescriptorResponse();
        response.FileDescriptorProto.AddRange(DescriptorIndex.WithImports(file).Select(f => f.SerializedData));
        return new ServerReflectionResponse { FileDescriptorResponse = response };
    }

    private static ServerReflectionResponse Error(RpcStatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };
}

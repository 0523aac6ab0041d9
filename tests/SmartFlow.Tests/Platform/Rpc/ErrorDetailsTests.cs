using Google.Rpc;
using Grpc.Core;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>Refusals as details of a status and back.</summary>
public sealed class ErrorDetailsTests
{
    [Fact]
    public void Every_code_of_the_catalogue_survives_as_details()
    {
        foreach (var code in typeof(ErrorCodes).GetFields().Select(f => f.GetValue(null)).OfType<ErrorCode>())
        {
            var failure = ErrorDetails.Exception(new RefusedException(code, "so"));
            ((int)failure.StatusCode).ShouldBe(code.GrpcStatus);
            ErrorDetails.Refusal(failure)!.Code.ShouldBeSameAs(code);
        }
    }

    [Fact]
    public void Details_that_say_nothing_or_cannot_be_read_leave_the_status_as_it_is()
    {
        ErrorDetails.Refusal(new RpcException(new Grpc.Core.Status(StatusCode.NotFound, ""))).ShouldBeNull();
        var elsewhere = Google.Protobuf.WellKnownTypes.Any.Pack(
            new ErrorInfo { Reason = "not_found", Domain = "elsewhere" }
        );
        var stranger = new Google.Rpc.Status { Code = 5, Details = { elsewhere } };
        ErrorDetails.Refusal(stranger.ToRpcException()).ShouldBeNull();
        foreach (var bytes in new byte[][] { [], [7], [0x1a, 0x7f, 1] })
            ErrorDetails
                .Refusal(
                    new RpcException(
                        new Grpc.Core.Status(StatusCode.NotFound, ""),
                        new Metadata { { "grpc-status-details-bin", bytes } }
                    )
                )
                .ShouldBeNull();
    }

    [Fact]
    public void Details_too_large_for_a_trailer_shrink_to_code_and_wait()
    {
        var refusal = new RefusedException(
            ErrorCodes.RateLimited,
            "so",
            new Dictionary<string, string[]> { ["a"] = [new string('x', 10_000)] },
            retryAfter: TimeSpan.FromSeconds(3)
        );
        var failure = ErrorDetails.Exception(refusal);
        failure.GetRpcStatus()!.CalculateSize().ShouldBeLessThan(500);
        var read = ErrorDetails.Refusal(failure)!;
        (read.Code, read.RetryAfter, read.Errors).ShouldBe((ErrorCodes.RateLimited, TimeSpan.FromSeconds(3), null));
    }
}

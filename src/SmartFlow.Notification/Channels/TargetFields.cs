using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using MimeKit;
using SmartFlow.Notification.Sending;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Channels;

/// <summary>Checks what users say of a channel and hides what is secret of its address.</summary>
internal sealed class TargetFields(IOptions<NotificationOptions> options, Outgoing outgoing)
{
    public const int NameMax = 40;
    private const int UrlMax = 2_000;
    private const int SecretMax = 200;
    private const int MailMax = 254;
    private const int PointBytes = 65;
    private const int AuthBytes = 16;

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument, naming the fields.</exception>
    public Target Check(AddChannel.Request request)
    {
        var errors = new FieldErrors()
            .OneOf("type", request.Type, ChannelTypes.All)
            .Text("name", request.Name ?? "", 0, NameMax);
        errors.Throw("The channel is not valid.");
        errors.Require(outgoing.IsOn(request.Type), "type", "is not configured on this server");
        var target = request.Type switch
        {
            ChannelTypes.WebPush => Push(errors, request),
            ChannelTypes.Email => Mail(errors, request),
            ChannelTypes.Feishu => Url(errors, request) with { Secret = Secret(errors, request) },
            _ => Webhook(errors, request),
        };
        errors.Throw("The channel is not valid.");
        return target;
    }

    /// <summary>Enough to tell it from others, and not enough to use it.</summary>
    public static string Mask(string type, string address)
    {
        if (type == ChannelTypes.Email)
        {
            var at = address.LastIndexOf('@');
            return $"{address[..Math.Min(2, at)]}***{address[at..]}";
        }
        var url = new Uri(address);
        return $"{url.Scheme}://{url.Authority}/***{(type != ChannelTypes.WebPush && address.Length > url.GetLeftPart(UriPartial.Authority).Length + 12 ? address[^4..] : "")}";
    }

    private Target Webhook(FieldErrors errors, AddChannel.Request request)
    {
        var target = Url(errors, request);
        var secret = Secret(errors, request);
        errors.Require(
            secret.Length == 0 || WebhookSender.IsSecret(secret),
            "secret",
            "must be whsec_ and 24 to 64 bytes in base64; leave it out and one is made"
        );
        var bearer = request.Bearer?.Trim() ?? "";
        errors.Require(
            bearer.Length <= SecretMax && bearer.All(c => c is > ' ' and < '\x7f'),
            "bearer",
            $"must be at most {SecretMax} visible ASCII characters"
        );
        return target with { Secret = secret.Length > 0 ? secret : WebhookSender.NewSecret(), Bearer = bearer };
    }

    private Target Url(FieldErrors errors, AddChannel.Request request)
    {
        var text = request.Address?.Trim() ?? "";
        var fits =
            text.Length <= UrlMax
            && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && IsScheme(url)
            && url.UserInfo.Length == 0
            && url.Fragment.Length == 0;
        errors.Require(
            fits,
            "address",
            $"must be an address that begins with https://, without a user name, of at most {UrlMax} characters"
        );
        return new Target(fits ? new Uri(text).AbsoluteUri : "");
    }

    private bool IsScheme(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps || (options.Value.AllowPrivateNetwork && url.Scheme == Uri.UriSchemeHttp);

    private static string Secret(FieldErrors errors, AddChannel.Request request)
    {
        var secret = request.Secret?.Trim() ?? "";
        errors.Require(
            secret.Length <= SecretMax && !secret.Any(char.IsControl),
            "secret",
            $"must have at most {SecretMax} characters"
        );
        return secret;
    }

    private static Target Mail(FieldErrors errors, AddChannel.Request request)
    {
        var text = request.Address?.Trim() ?? "";
        var fits =
            text.Length <= MailMax
            && MailboxAddress.TryParse(text, out var box)
            && box.Address == text
            && text.LastIndexOf('@') > 0;
        errors.Require(fits, "address", "must be a mail address such as mei@example.org");
        return new Target(fits ? text : "");
    }

    private Target Push(FieldErrors errors, AddChannel.Request request)
    {
        var target = Url(errors, request);
        errors
            .Require(IsPoint(Bytes(request.P256dh)), "p256dh", "must be the subscription's key of that name")
            .Require(
                Bytes(request.Auth) is { Length: AuthBytes },
                "auth",
                "must be the subscription's key of that name"
            );
        return target with { PublicKey = request.P256dh ?? "", Secret = request.Auth ?? "" };
    }

    /// <summary>One of P-256, uncompressed: with another nothing could be encrypted.</summary>
    private static bool IsPoint(byte[]? bytes)
    {
        if (bytes is not [4, ..] || bytes.Length != PointBytes)
            return false;
        try
        {
            ECDiffieHellman
                .Create(
                    new ECParameters
                    {
                        Curve = ECCurve.NamedCurves.nistP256,
                        Q = new ECPoint { X = bytes[1..33], Y = bytes[33..] },
                    }
                )
                .Dispose();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[]? Bytes(string? text)
    {
        if (text is not { Length: > 0 and < 200 })
            return null;
        try
        {
            return Base64UrlEncoder.DecodeBytes(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

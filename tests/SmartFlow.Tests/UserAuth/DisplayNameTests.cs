using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Forum;
using SmartFlow.UserAuth;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.Tests.UserAuth;

/// <summary>The names that others see: asked for before the first post, and like nobody else's.</summary>
public sealed class DisplayNameTests(Plaza plaza) : IClassFixture<Plaza>
{
    private const string Me = "/api/v1/auth/me";

    [Theory]
    [InlineData("Mei")]
    [InlineData("李小梅（三班）")]
    [InlineData("Ωmega Ομάδα", false)]
    [InlineData("Μαρία")]
    [InlineData("Владимир")]
    [InlineData("Åsa-Öst O'Neil")]
    [InlineData("मीरा")]
    [InlineData("مريم")]
    [InlineData("さくら🌸")]
    [InlineData("ｍｅｉ")]
    [InlineData("Hi Mei!")]
    [InlineData("M\u200Bei", false)]
    [InlineData("Mei\u202Egnp", false)]
    [InlineData("Mei\u2066", false)]
    [InlineData("M\u00ADei", false)]
    [InlineData("M\u034Fei", false)]
    [InlineData("\u3164", false)]
    [InlineData("Mei\u2800", false)]
    [InlineData("M\U000E0041ei", false)]
    [InlineData("Mеi", false)]
    [InlineData("𝐌𝐞𝐢", false)]
    [InlineData("Me\u0301\u0301\u0301i", false)]
    [InlineData("-- .", false)]
    [InlineData("Mei\u0007", false)]
    public void A_name_can_be_read_and_written_in_one_alphabet(string name, bool taken = true) =>
        (DisplayNames.Problem(DisplayNames.Tidy(name)) is null).ShouldBe(taken);

    [Theory]
    [InlineData("Mei Lin", "mei  LIN")]
    [InlineData("Mei Lin", "Mei-Lin.")]
    [InlineData("Alice", "ＡＬＩＣＥ")]
    [InlineData("Alice", "A1ice")]
    [InlineData("Ian", "lan")]
    [InlineData("Bob", "B0B")]
    [InlineData("Zoe", "Zoë")]
    [InlineData("Zoe", "Zoe\u0308")]
    [InlineData("BOB", "ВОВ")]
    [InlineData("ace", "асе")]
    [InlineData("KATE", "ΚΑΤΕ")]
    [InlineData("modern", "modem")]
    [InlineData("reader1", "reader１")]
    [InlineData("reader1", "reader١")]
    [InlineData("二班", "ニ班")]
    [InlineData("Weiß", "WEISS")]
    [InlineData("مريم", "مـريم")]
    [InlineData("Mei", "Me\u0336i")]
    public async Task A_name_that_looks_like_anothers_is_refused_by_its_field(string first, string copy)
    {
        NameLook.Of(copy).ShouldBe(NameLook.Of(first));
        var (owner, copier) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        (await owner.PatchAsync(Me, new { display_name = first })).ShouldBe(HttpStatusCode.OK);
        var refused = (await copier.PatchAsync(Me, new { display_name = copy })).ShouldBeRefused(
            ErrorCodes.AlreadyExists
        );
        refused.Json.GetProperty("errors").GetProperty("display_name").GetArrayLength().ShouldBe(1);
        // One's own may be written otherwise, and what somebody gives up is free.
        (await owner.PatchAsync(Me, new { display_name = copy })).ShouldBe(HttpStatusCode.OK);
        (await owner.PatchAsync(Me, new { display_name = $"free {owner.Id}" })).ShouldBe(HttpStatusCode.OK);
        (await copier.PatchAsync(Me, new { display_name = copy })).ShouldBe(HttpStatusCode.OK);
        (await copier.PatchAsync(Me, new { display_name = $"free {copier.Id}" })).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Mei", "Mai")]
    [InlineData("李小梅", "李小海")]
    [InlineData("reader1", "reader2")]
    [InlineData("मीरा", "मारी")]
    public void Names_that_look_different_are_different(string one, string other) =>
        NameLook.Of(one).ShouldNotBe(NameLook.Of(other));

    [Fact]
    public async Task The_plaza_shows_no_sign_in_name_whether_there_is_another_one_or_not()
    {
        var (author, writer) = (await plaza.NewUserAsync(), await plaza.App.SignUpAsync("secret-sign-in"));
        var post = await author.PublishAsync();
        var own = await writer.PublishAsync("Another plan of four weeks");
        await writer.CommentAsync(post, "Thank you");
        await LookAsync("");
        (await writer.PatchAsync(Me, new { display_name = "Quiet Reader" })).ShouldBe(HttpStatusCode.OK);
        await writer.CommentAsync(post, "Thank you again");
        await LookAsync("Quiet Reader");

        async Task LookAsync(string name)
        {
            foreach (
                var path in new[] { $"/posts/{own}", $"/posts/{post}/comments", "/posts", $"/authors/{writer.Id}" }
            )
                (await plaza.App.Anonymous.FetchAsync(PlazaActs.Square + path))
                    .ShouldBe(HttpStatusCode.OK)
                    .Text.ShouldNotContain("secret-sign-in");
            (await plaza.App.Anonymous.FetchAsync($"{PlazaActs.Square}/posts/{own}"))
                .Json.GetProperty("author")
                .GetProperty("name")
                .GetString()
                .ShouldBe(name);
        }
    }

    [Fact]
    public async Task The_plaza_follows_a_new_name_so_that_the_old_one_names_nobody_else()
    {
        var author = await plaza.NewUserAsync();
        (await author.PatchAsync(Me, new { display_name = "Old Name" })).ShouldBe(HttpStatusCode.OK);
        var post = await author.PublishAsync("A plan under two names");
        (await author.PatchAsync(Me, new { display_name = "New Name" })).ShouldBe(HttpStatusCode.OK);
        await Eventually.GetAsync(
            () => plaza.App.Anonymous.FetchAsync($"{PlazaActs.Square}/posts/{post}"),
            a => a.Json.GetProperty("author").GetProperty("name").GetString() == "New Name"
        );
    }

    [Fact]
    public async Task Names_from_before_get_their_look_once_and_of_two_alike_the_first_keeps_it()
    {
        await using var app = await SmartFlowApp.StartAsync();
        string[] before = ["Old Mei", "0ld Mei", "O\u200Bther"];
        var users = new List<TestUser>();
        foreach (var name in before)
        {
            var user = await app.SignUpAsync($"user{users.Count}");
            await app
                .Services.GetRequiredService<IWriter<UserAuthDb>>()
                .WriteAsync(
                    (db, token) =>
                        db
                            .Users.Where(u => u.Id == (long)user.Id)
                            .ExecuteUpdateAsync(s => s.SetProperty(u => u.DisplayName, name), token),
                    default
                );
            users.Add(user);
        }
        await app.Services.GetServices<IHostedService>().OfType<GiveLooks>().Single().StartAsync(default);
        var after = new List<string?>();
        foreach (var user in users)
            after.Add((await user.GetAsync(Me)).Json.GetProperty("display_name").GetString());
        after.ShouldBe(["Old Mei", null, null]);
    }
}

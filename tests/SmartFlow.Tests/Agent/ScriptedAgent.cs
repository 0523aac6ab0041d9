namespace SmartFlow.Tests.Agent;

/// <summary>A host for each test and one user of it, with a model that says what the test wants.</summary>
public abstract class ScriptedAgent : IAsyncLifetime
{
    private protected FakeProvider model = null!;
    private protected SmartFlowApp app = null!;
    private protected TestUser mei = null!;

    public async ValueTask InitializeAsync()
    {
        model = await FakeProvider.StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
    }

    private protected static bool Routes(ReceivedCall call) => call.Body["response_format"] is not null;

    private protected void Answer(string route, string chat = "", Task? afterFirstChunk = null, Task? then = null) =>
        model.Answers = call =>
            Routes(call)
                ? new FakeAnswer { Text = route, AfterFirstChunk = afterFirstChunk }
                : new FakeAnswer { Text = chat, AfterFirstChunk = then };

    private protected async Task RestartAsync(params (string Name, string Value)[] settings)
    {
        await app.DisposeAsync();
        await StartAsync(settings: settings);
    }

    private protected async Task StartAsync(
        string? folder = null,
        bool signUp = true,
        params (string Name, string Value)[] settings
    )
    {
        app = await SmartFlowApp.StartAsync(setup =>
        {
            setup.DataFolder = folder;
            setup.Settings["Llm:BaseUrl"] = model.BaseUrl;
            setup.Settings["Llm:Model"] = "fake";
            foreach (var (name, value) in settings)
                setup.Settings[name] = value;
        });
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 25, 7, 0, 0, TimeSpan.Zero));
        mei = signUp ? await app.SignUpAsync() : await app.SignInAsync("mei");
    }
}

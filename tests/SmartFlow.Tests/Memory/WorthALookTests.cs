using SmartFlow.Memory.Extracting;

namespace SmartFlow.Tests.Memory;

/// <summary>Which turns a model is asked about: nobody pays for a look at words that say nothing of them.</summary>
public sealed class WorthALookTests
{
    [Theory]
    [InlineData("以后晚上十点后别给我排")]
    [InlineData("我周末不学习")]
    [InlineData("我是大二学生")]
    [InlineData("我喜欢早上学习，帮我排一下")]
    [InlineData("忘了我喜欢早上这件事")]
    [InlineData("I prefer mornings")]
    [InlineData("never after 22:00")]
    [InlineData("I'm a second-year student")]
    [InlineData("my major is physics")]
    [InlineData("forget that I like evenings")]
    [InlineData("no Sundays any more")]
    public void Words_about_oneself_are(string words) => WorthALook.Is(words).ShouldBeTrue();

    [Theory]
    [InlineData("你好")]
    [InlineData("提醒我明天交作业")]
    [InlineData("明天要交作业，别忘了")]
    [InlineData("把第二章移到周五第3节")]
    [InlineData("我有哪些任务没做？")]
    [InlineData("我还有多少余额")]
    [InlineData("Hello")]
    [InlineData("remind me to hand in my report tomorrow")]
    [InlineData("what do I have to do today?")]
    [InlineData("move chapter 2 to Friday")]
    public void Requests_and_questions_are_not(string words) => WorthALook.Is(words).ShouldBeFalse();
}

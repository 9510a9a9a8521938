using Vouch.Resilience.Errors;
using Vouch.Resilience.Recovery;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Recovery;

public class ErrorRecoveryTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Execute_StepsForTheClass_AreTriedInOrderAndRecorded()
    {
        var recovery = new ErrorRecovery<string>(
            [
                Step(RecoveryKind.Queue, static () => "queued", ErrorClass.Permanent),
                Step(RecoveryKind.Alternate, static () => throw new IOException("the other one too"), ErrorClass.Overload),
                Step(RecoveryKind.Fallback, static () => "cached"),
            ],
            timeProvider: _time);

        (await recovery.ExecuteAsync("price", static _ => throw new OverloadException(), TestContext.Current.CancellationToken)).Should().Be("cached");

        recovery.Records.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new RecoveryRecord(_time.GetUtcNow(), "price", nameof(OverloadException), ErrorClass.Overload, RecoveryKind.Fallback, StepsTried: 2, StepsOverLimit: 0));
    }

    [Fact]
    public async Task Execute_NothingHelps_ThrowsTheOriginalError()
    {
        var recovery = new ErrorRecovery<string>([Step(RecoveryKind.Fallback, static () => throw new InvalidOperationException())]);

        await FluentActions.Awaiting(async () => await recovery.ExecuteAsync("price", static _ => throw new IOException("first")))
            .Should().ThrowAsync<IOException>().WithMessage("first");
        recovery.Records.Should().ContainSingle().Which.RecoveredBy.Should().BeNull();
    }

    [Fact]
    public async Task Execute_StepOverItsRate_IsPassedOver()
    {
        var recovery = new ErrorRecovery<string>(
            [Step(RecoveryKind.Alternate, static () => "other") with { MaxPerSecond = 2 }, Step(RecoveryKind.Degrade, static () => "less")],
            timeProvider: _time);
        var results = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            results.Add(await recovery.ExecuteAsync("price", static _ => throw new IOException(), TestContext.Current.CancellationToken));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        results.Add(await recovery.ExecuteAsync("price", static _ => throw new IOException(), TestContext.Current.CancellationToken));

        results.Should().Equal("other", "other", "less", "other");
        recovery.Records[2].StepsOverLimit.Should().Be(1);
    }

    [Fact]
    public async Task Execute_CallerWithdraws_RecoversNothing()
    {
        var recovery = new ErrorRecovery<string>([Step(RecoveryKind.Fallback, static () => "cached")]);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await FluentActions.Awaiting(async () => await recovery.ExecuteAsync("price", static token => throw new OperationCanceledException(token), source.Token))
            .Should().ThrowAsync<OperationCanceledException>();
        recovery.Records.Should().BeEmpty();
    }

    [Fact]
    public async Task Records_AreBounded()
    {
        var recovery = new ErrorRecovery<string>([Step(RecoveryKind.Fallback, static () => "cached")], maxRecords: 3);
        for (int i = 0; i < 10; i++)
        {
            await recovery.ExecuteAsync($"{i}", static _ => throw new IOException(), TestContext.Current.CancellationToken);
        }

        recovery.Records.Select(static record => record.Operation).Should().Equal("7", "8", "9");
    }

    private static RecoveryStep<string> Step(RecoveryKind kind, Func<string> run, params ErrorClass[] classes) =>
        new(kind, classes, (_, _) => new ValueTask<string>(run()));
}

using System.Globalization;
using Polly;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Defaults;

namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>The default of Vouch.Resilience through its public face: the real pipeline with its tasks, tokens and timers, in the model's time.</summary>
internal sealed class PipelineClient : StormClient
{
    private readonly ResiliencePipeline _pipeline;

    public PipelineClient(StormModel model, VouchDefaultsOptions options)
        : base(model)
    {
        options.Destinations = [.. Enumerable.Range(0, model.Scenario.Backends).Select(static i => i.ToString(CultureInfo.InvariantCulture))];
        options.ContinuesInline = true;
        _pipeline = new VouchPipeline(options, new StormClock(model)).Pipeline;
    }

    public override void OnRequest(StormRequest request) => _ = CallAsync(request);

    public override void OnAnswer(StormAttempt attempt) =>
        ((TaskCompletionSource<Outcome<int>>)attempt.Tag!).TrySetResult(attempt.Succeeded ? Outcome.FromResult(1) : Outcome.FromException<int>(new IOException("The back end failed.")));

    public override void OnTimer(object? subject) => throw new NotSupportedException();

    private async Task CallAsync(StormRequest request)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        Outcome<int> outcome = await _pipeline.ExecuteOutcomeAsync(
            static async (context, state) =>
            {
                int destination = int.Parse(context.Properties.GetValue(CallProperties.Destination, "0"), CultureInfo.InvariantCulture);
                var answer = new TaskCompletionSource<Outcome<int>>();
                StormAttempt attempt = state.Client.Model.Send(state.Request, state.Client, destination, answer);
                using CancellationTokenRegistration registration = context.CancellationToken.Register(() =>
                {
                    attempt.IsGivenUp = true;
                    answer.TrySetResult(Outcome.FromException<int>(new OperationCanceledException(context.CancellationToken)));
                });
                return await answer.Task.ConfigureAwait(false);
            },
            context,
            (Client: this, Request: request)).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        Model.Finish(request, outcome.Exception is null, outcome.Exception is CallRefusedException);
    }
}

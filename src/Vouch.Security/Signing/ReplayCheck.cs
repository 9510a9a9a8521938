using Vouch.Security.Replay;

namespace Vouch.Security.Signing;

/// <summary>The last question to a request whose signature is right: was it accepted before?</summary>
internal static class ReplayCheck
{
    public static ValueTask<SignatureVerdict> ApplyAsync(this IReplayStore? store, SignatureVerdict verdict, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (store is null || !verdict.IsValid || verdict.Token is not { } token)
        {
            return new(verdict);
        }

        ValueTask<ReplayOutcome> asked = store.TryAcceptAsync(token, verdict.CreatedAt ?? now, cancellationToken);
        return asked.IsCompletedSuccessfully ? new(Judge(verdict, asked.Result)) : WaitAsync(verdict, asked);
    }

    private static async ValueTask<SignatureVerdict> WaitAsync(SignatureVerdict verdict, ValueTask<ReplayOutcome> asked) => Judge(verdict, await asked.ConfigureAwait(false));

    private static SignatureVerdict Judge(SignatureVerdict verdict, ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.Accepted => verdict,
        ReplayOutcome.Replayed => SignatureVerdict.Refuse(SignatureFailure.Replayed, "Accepted before.", verdict.KeyId, verdict.CreatedAt),
        ReplayOutcome.TooOld => SignatureVerdict.Refuse(SignatureFailure.TooOld, "Signed before the time that the replay store remembers.", verdict.KeyId, verdict.CreatedAt),
        ReplayOutcome.TooNew => SignatureVerdict.Refuse(SignatureFailure.TooNew, "Signed after the time that the replay store looks ahead.", verdict.KeyId, verdict.CreatedAt),
        ReplayOutcome.Unavailable => SignatureVerdict.Refuse(SignatureFailure.ReplayStoreUnavailable, "The replay store cannot be asked.", verdict.KeyId, verdict.CreatedAt),
        _ => SignatureVerdict.Refuse(SignatureFailure.ReplayStoreUnavailable, "The replay store is full.", verdict.KeyId, verdict.CreatedAt),
    };
}

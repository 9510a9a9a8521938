using System.Globalization;
using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.Execution.Jobs;
using Vouch.Execution.Verification;
using Vouch.TrustEngine.Imaging;

namespace RenderFarm.Verification;

/// <summary>Checks tiles through secret windows, with the power that was measured on this scene.</summary>
internal sealed class TileVerifier(CropCheck check, double detectionPower, double workShare) : IResultVerifier<TileUnit, TileImage>
{
    public bool CanCheck => true;

    /// <summary>Two honest tiles differ in their noise, and two colluding ones do not: agreement of tiles proves nothing.</summary>
    public bool CanCompare => false;

    public double CheckWorkShare => workShare;

    public double DetectionPower => detectionPower;

    public string? FindDefect(WorkUnit<TileUnit> unit, TileImage result)
    {
        if (result is null)
        {
            return "the worker sent nothing";
        }

        return result.MismatchWith(unit.Payload) is { } mismatch ? $"the answer {mismatch}" : null;
    }

    public ValueTask<ResultCheck> CheckAsync(WorkUnit<TileUnit> unit, TileImage result, ulong seed, CancellationToken cancellationToken)
    {
        IReadOnlyList<CropCheck.Window> windows = check.Open(unit.Payload, seed, cancellationToken);
        FrameVerdict verdict = check.Judge(windows, result.AsImage());
        CheckVerdict outcome = verdict.Outcome switch
        {
            FrameOutcome.Valid or FrameOutcome.Suspicious => CheckVerdict.Passed,
            FrameOutcome.Invalid => CheckVerdict.Failed,
            _ => CheckVerdict.Inconclusive,
        };
        string reason = verdict.Reasons.Count > 0
            ? string.Join("; ", verdict.Reasons.Take(2).Select(static reason => reason.Text))
            : string.Create(CultureInfo.InvariantCulture, $"nothing speaks against it (p = {verdict.PValue:G2})");
        return new(new ResultCheck(outcome, detectionPower, CropCheck.FalseAlarmRate, workShare * unit.Work, reason));
    }

    public ValueTask<bool> AgreeAsync(WorkUnit<TileUnit> unit, TileImage first, TileImage second, CancellationToken cancellationToken) => new(false);
}

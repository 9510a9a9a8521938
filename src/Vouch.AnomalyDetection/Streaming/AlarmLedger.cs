namespace Vouch.AnomalyDetection.Streaming;

/// <summary>
/// Accounts of alarms against a budget: each alarm that is not critical is charged, time pays back at the rate of the budget, and what is owed beyond a credit
/// raises the line. With the line raised by at most <c>c</c> nats before a stream's alarms keep within their budget, any T weeks bring at most
/// <c>budget x T + Credit + c x Scale + 1</c> alarms below critical, whatever the data do.
/// </summary>
/// <remarks>Source: the one-sided form of the feedback of I. Gibbs, E. Candes, <i>Adaptive Conformal Inference Under Distribution Shift</i>, NeurIPS 2021, with alarms in place of errors.</remarks>
internal static class AlarmLedger
{
    /// <summary>The most that the line is raised, in nats: what is critical alarms however much is owed.</summary>
    public const float MostCaution = 13.815511f;

    private const double InDay = 1.0 / 7;

    /// <summary>Alarms that may come at once before the line rises: three, or a day's budget.</summary>
    public static float Credit(double budget) => (float)double.MaxNative(3, budget * InDay);

    /// <summary>What is owed after some time and alarms; the credit does not grow beyond itself.</summary>
    public static float After(float debt, double paid, float charged, double budget) => float.MaxNative(-Credit(budget), debt - (float)paid + charged);

    /// <summary>By how much the line is raised, in nats: one for every two alarms (or day's budget) that are owed.</summary>
    public static float Caution(double debt, double budget) => debt <= 0 ? 0 : (float)Math.Min(MostCaution, debt / Scale(budget));

    private static double Scale(double budget) => Math.Max(2, budget * InDay);
}

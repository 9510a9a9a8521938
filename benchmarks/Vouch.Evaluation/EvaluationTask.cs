namespace Vouch.Evaluation;

/// <summary>One thing that can be measured on data: <c>&lt;area&gt; &lt;name&gt;</c> on the command line.</summary>
internal sealed record EvaluationTask(string Area, string Name, string Summary, bool NeedsData, Func<EvaluationRun, EvaluationResult> Measure);

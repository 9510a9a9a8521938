namespace RenderFarm.Report;

/// <summary>Everything the report shows. Plain data: whoever ran the job fills it, <see cref="HtmlReport"/> draws it. Empty parts are left out of the page.</summary>
internal sealed record ReportModel
{
    /// <summary>The page's headline.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence under the headline: what was done.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>Whether the promise held.</summary>
    public required bool PromiseHeld { get; init; }

    /// <summary>The outcome in one sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>When the report was made.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>The final picture.</summary>
    public required Picture Final { get; init; }

    /// <summary>The figures beside the picture, the most important first; six to eight read best.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public PromiseFigures? Promise { get; init; }

    public IReadOnlyList<Exhibit> Gallery { get; init; } = [];

    public IReadOnlyList<WorkerRow> Workers { get; init; } = [];

    public ReputationChart? Reputations { get; init; }

    public WatchChart? Watch { get; init; }

    public ServicePanel? Service { get; init; }

    public ScheduleChart? Schedule { get; init; }

    public CostOfTrust? Cost { get; init; }

    public DecisionText? Decision { get; init; }

    public LogHead? Log { get; init; }

    public IReadOnlyList<TimelineEvent> Timeline { get; init; } = [];

    /// <summary>What the run was started with.</summary>
    public IReadOnlyList<Fact> Settings { get; init; } = [];
}

/// <summary>A picture as a <c>data:image/png;base64,</c> address.</summary>
/// <param name="DataUri">The address.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Description">What it shows, for who cannot see it.</param>
internal sealed record Picture(string DataUri, int Width, int Height, string Description);

/// <summary>A labelled figure.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">The figure, ready to read.</param>
/// <param name="Note">A remark in small print.</param>
internal sealed record Fact(string Label, string Value, string? Note = null);

/// <summary>The promised against the measured share of wrong accepted tiles.</summary>
/// <param name="Promised">The error budget, in (0, 1].</param>
/// <param name="Accepted">How many tiles were accepted.</param>
/// <param name="Wrong">How many of them are forgeries, by the workers' own diaries.</param>
/// <param name="UpperBound">The upper end of the interval for the true share, in [0, 1].</param>
/// <param name="Confidence">Its confidence, such as 0.95.</param>
/// <param name="Method">Its method.</param>
/// <param name="Text">What it means, in a sentence or two.</param>
internal sealed record PromiseFigures(double Promised, int Accepted, int Wrong, double UpperBound, double Confidence, string Method, string Text)
{
    public double Measured => Accepted == 0 ? 0 : (double)Wrong / Accepted;
}

/// <summary>A forgery beside what was accepted in its place.</summary>
/// <param name="Worker">Who sent it.</param>
/// <param name="Unit">For which unit.</param>
/// <param name="Kind">What was wrong with it.</param>
/// <param name="Outcome">What became of it, such as "caught by 2 of 2 checks".</param>
/// <param name="WasCaught">Whether it was kept out of the picture.</param>
/// <param name="Sent">What was sent.</param>
/// <param name="Accepted">What was accepted, or null when nothing was.</param>
/// <param name="Difference">The difference map, or null.</param>
/// <param name="MeanDifference">The mean difference of displayed brightness, in [0, 1].</param>
/// <param name="AcceptedFrom">Who sent what was accepted.</param>
internal sealed record Exhibit(
    string Worker, string Unit, string Kind, string Outcome, bool WasCaught, Picture Sent, Picture? Accepted, Picture? Difference, double MeanDifference, string? AcceptedFrom);

/// <summary>What the farm concluded about a worker.</summary>
internal enum WorkerVerdict
{
    Trusted,
    Unproven,
    Suspended,
    Lost,
}

/// <summary>A worker.</summary>
/// <param name="Id">The worker.</param>
/// <param name="Verdict">What the farm concluded.</param>
/// <param name="Tiles">How many tiles it sent.</param>
/// <param name="Accepted">How many were accepted.</param>
/// <param name="ChecksPassed">Checks of its tiles that passed.</param>
/// <param name="ChecksFailed">Checks of its tiles that failed.</param>
/// <param name="Reason">Why it was suspended, or another remark.</param>
/// <param name="IsCheater">The truth: whether it cheated at all.</param>
/// <param name="Truth">The truth in words.</param>
internal sealed record WorkerRow(string Id, WorkerVerdict Verdict, int Tiles, int Accepted, int ChecksPassed, int ChecksFailed, string? Reason, bool IsCheater, string Truth);

/// <summary>Reputations over time.</summary>
/// <param name="XLabel">What runs along, such as "results received".</param>
/// <param name="YLabel">What runs up, such as "error probability, upper bound".</param>
/// <param name="Series">One per worker.</param>
/// <param name="Threshold">A line across with a meaning, or null.</param>
/// <param name="ThresholdLabel">Its meaning.</param>
internal sealed record ReputationChart(string XLabel, string YLabel, IReadOnlyList<ReputationSeries> Series, double? Threshold = null, string? ThresholdLabel = null);

/// <summary>One worker's reputation.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="IsCheater">The truth, for the colour.</param>
/// <param name="Points">By increasing <c>X</c>; <c>Y</c> in [0, 1] holds until the next point.</param>
/// <param name="SuspendedAt">When it was suspended, or null.</param>
internal sealed record ReputationSeries(string Worker, bool IsCheater, IReadOnlyList<ChartPoint> Points, double? SuspendedAt = null);

internal readonly record struct ChartPoint(double X, double Y);

/// <summary>What the watch over the workers saw: one strip per worker.</summary>
/// <param name="Strips">One per worker that sent anything.</param>
/// <param name="Findings">What the watch said, in the order in which it said it.</param>
internal sealed record WatchChart(IReadOnlyList<WatchStrip> Strips, IReadOnlyList<string> Findings);

/// <summary>A worker's tiles one after another.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="IsCheater">The truth: whether it cheated at all.</param>
/// <param name="Tiles">In the order of its answers.</param>
/// <param name="Turns">What the watch found.</param>
/// <param name="Truth">The truth in words.</param>
internal sealed record WatchStrip(string Worker, bool IsCheater, IReadOnlyList<WatchTile> Tiles, IReadOnlyList<WatchTurn> Turns, string Truth);

/// <summary>A tile as the watch saw it.</summary>
/// <param name="Unit">Its name.</param>
/// <param name="OfUsual">How long it took compared with the pool's latest; above 0, 1 is as long.</param>
/// <param name="Passed">Whether it passed its checks; null without any.</param>
/// <param name="WasForged">The truth.</param>
internal sealed record WatchTile(string Unit, double OfUsual, bool? Passed, bool WasForged);

/// <summary>A finding of the watch.</summary>
/// <param name="Tile">From which tile on, counted from 1.</param>
/// <param name="ToldAfter">After how many tiles it was told.</param>
/// <param name="Sign">What gave the worker away, in a word or two.</param>
internal sealed record WatchTurn(int Tile, int ToldAfter, string Sign);

/// <summary>The schedule over the price curve.</summary>
/// <param name="SlotPrices">The price per slot.</param>
/// <param name="PriceUnit">Such as "EUR per worker-hour".</param>
/// <param name="Bars">The scheduled jobs.</param>
/// <param name="DeadlineSlot">The slot by whose start all must be done, or null.</param>
/// <param name="FirstSlot">The start of slot 0, or null to number the slots.</param>
/// <param name="SlotHours">Hours per slot.</param>
/// <param name="Summary">Cost, bound and gap in a sentence.</param>
internal sealed record ScheduleChart(
    IReadOnlyList<double> SlotPrices, string PriceUnit, IReadOnlyList<ScheduleBar> Bars, int? DeadlineSlot, DateTimeOffset? FirstSlot, double SlotHours, string Summary);

/// <summary>A scheduled job.</summary>
internal sealed record ScheduleBar(string Label, int StartSlot, int Slots, double Cost);

/// <summary>What trust cost.</summary>
/// <param name="ReplicationFactor">Work done over work needed, 1 or more.</param>
/// <param name="Parts">Where the work went; drawn as one bar.</param>
/// <param name="Rows">Further figures.</param>
/// <param name="Text">What it means.</param>
internal sealed record CostOfTrust(double ReplicationFactor, IReadOnlyList<CostPart> Parts, IReadOnlyList<Fact> Rows, string Text);

/// <summary>A part of the work: its share and its size in words.</summary>
internal sealed record CostPart(string Label, double Amount, string Value);

/// <summary>The farm as a service.</summary>
/// <param name="Score">The health of the whole, in [0, 1].</param>
/// <param name="State">Its state in a word.</param>
/// <param name="Tone">How that reads.</param>
/// <param name="Reasons">Why, most important first.</param>
/// <param name="Objectives">What it promised itself.</param>
/// <param name="Diagnosis">Who explains that the second half of the calls went otherwise than the first.</param>
/// <param name="Suspects">Who else might.</param>
/// <param name="Components">Its parts.</param>
internal sealed record ServicePanel(
    double Score, string State, EventTone Tone, IReadOnlyList<string> Reasons, IReadOnlyList<ObjectiveRow> Objectives, string Diagnosis, IReadOnlyList<string> Suspects, IReadOnlyList<ComponentRow> Components);

/// <summary>An objective.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The objective in words.</param>
/// <param name="Good">The share of good events, or null while there were none.</param>
/// <param name="Total">How many events.</param>
/// <param name="IsMet">Whether it is met, as far as was seen; null while there were no events.</param>
/// <param name="BudgetLeft">What is left of the error budget of the events seen, as a share; below 0 when overspent.</param>
/// <param name="Alert">Its alert, and why it fires or does not.</param>
internal sealed record ObjectiveRow(string Name, string Text, double? Good, long Total, bool? IsMet, double BudgetLeft, string Alert);

/// <summary>A part of the service.</summary>
/// <param name="Name">Which.</param>
/// <param name="State">How it is, in a word.</param>
/// <param name="Tone">How that reads.</param>
/// <param name="Reason">Why.</param>
internal sealed record ComponentRow(string Name, string State, EventTone Tone, string Reason);

/// <summary>How the configuration was chosen.</summary>
/// <param name="Chosen">The configuration in words.</param>
/// <param name="Reasons">Why, most important first.</param>
/// <param name="Alternatives">What was not chosen.</param>
/// <param name="Explanation">The optimizer's own explanation, shown as it is.</param>
internal sealed record DecisionText(string Chosen, IReadOnlyList<string> Reasons, IReadOnlyList<Alternative> Alternatives, string? Explanation = null);

/// <summary>A configuration that was not chosen.</summary>
internal sealed record Alternative(string Configuration, string Quality, string Cost, string Reason);

/// <summary>The audit log.</summary>
/// <param name="Size">Entries.</param>
/// <param name="RootHash">Of the Merkle tree.</param>
/// <param name="IsVerified">Whether the whole log was read back and verified.</param>
/// <param name="Checkpoint">The signed text, or null.</param>
/// <param name="Example">An inclusion proof, or null.</param>
internal sealed record LogHead(long Size, string RootHash, bool IsVerified, string? Checkpoint = null, InclusionExample? Example = null);

/// <summary>An inclusion proof.</summary>
internal sealed record InclusionExample(long Index, string Entry, string LeafHash, IReadOnlyList<string> Path);

/// <summary>How an event reads.</summary>
internal enum EventTone
{
    Neutral,
    Good,
    Warning,
    Bad,
}

/// <summary>Something worth telling.</summary>
internal sealed record TimelineEvent(TimeSpan At, EventTone Tone, string Text);

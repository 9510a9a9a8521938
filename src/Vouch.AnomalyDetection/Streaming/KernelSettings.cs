using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>The options in the form the kernel reads: immutable, shared by all series.</summary>
internal sealed class KernelSettings
{
    public const double SecondsPerWeek = 604_800;

    /// <summary>Parts of a day, and of a week: two hours each.</summary>
    private const int FewestBins = 12;
    private const int MostBins = 84;

    private readonly MaintenanceWindow[] _maintenance;
    private long _binTicks;
    private double _inverseCycle;
    private double _inverseBin;

    public KernelSettings(DetectorOptions options)
    {
        Budget = options.FalseAlarmBudget;
        FleetBudget = options.FleetFalseAlarmBudget;
        MinimumDeviation = options.MinimumDeviation;
        MinimumRelativeDeviation = options.MinimumRelativeDeviation;
        WarmUp = options.WarmUp;
        EventLength = options.EventLength;
        OverAfter = Math.Clamp(options.EventLength / 4, SeriesKernel.ClosingValues, 250);
        RelearnAfter = options.RelearnAfter;
        SilenceTicks = options.SilenceAfter?.Ticks ?? 0;
        Bins = options.Season switch
        {
            SeasonMode.None => 0,
            SeasonMode.Week => MostBins,
            _ => FewestBins,
        };
        HasWeek = options.Season == SeasonMode.Auto;
        CycleTicks = options.Season == SeasonMode.Week ? 7 * TimeSpan.TicksPerDay : TimeSpan.TicksPerDay;
        Divide();

        // Spread has no direction of its own: a rise counts in both.
        const float Any = float.PositiveInfinity;
        const float No = float.NegativeInfinity;
        float up = options.Direction == AlarmDirection.Down ? No : Any;
        float down = options.Direction == AlarmDirection.Up ? No : Any;
        float calmer = options.Direction == AlarmDirection.Both ? Any : No;
        UpCap = Vector256.Create(up, up, up, Any, up, up, No, No);
        DownCap = Vector256.Create(down, down, down, calmer, down, down, No, No);
        JudgedFrom = Vector256.Min(SeriesKernel.ReadyFrom.WithElement(Channel.Season, WarmUp), Vector256.Create(int.MaxValue - WarmUp)) + Vector256.Create(WarmUp);
        _maintenance = [.. options.Maintenance];
        Digest = DigestOf(options);
    }

    public const int DigestBytes = 32;

    /// <summary>Gets a digest of every option: the same for the same options on any machine.</summary>
    public byte[] Digest { get; }

    /// <summary>Gets the length of the season in days; 0 for none.</summary>
    public int CycleDays => Bins == 0 ? 0 : (int)(CycleTicks / TimeSpan.TicksPerDay);

    public double Budget { get; }

    public double? FleetBudget { get; }

    public double MinimumDeviation { get; }

    public double MinimumRelativeDeviation { get; }

    public int WarmUp { get; }

    public int EventLength { get; }

    /// <summary>Gets how many values in a row must be back in the old range until an event is over: a quarter of the shortest event.</summary>
    public int OverAfter { get; }

    public int RelearnAfter { get; }

    public long SilenceTicks { get; }

    /// <summary>Gets the parts of the season; 0 for none.</summary>
    public int Bins { get; private set; }

    public long CycleTicks { get; private set; }

    /// <summary>Gets from which value on each channel is judged: its range holds a warm-up of values that mean something.</summary>
    public Vector256<int> JudgedFrom { get; private set; }

    public Vector256<float> UpCap { get; }

    public Vector256<float> DownCap { get; }

    /// <summary>Gets the floats a season profile takes: a mean and half a count a part.</summary>
    public int ProfileLength => Bins + ((Bins + 1) / 2) + (HasWeek ? WeekOffsets.Length : 0);

    /// <summary>Gets whether the days of the week are learnt beside the day profile.</summary>
    public bool HasWeek { get; private set; }

    public bool HasMaintenance => _maintenance.Length > 0;

    public bool InMaintenance(long ticks)
    {
        foreach (MaintenanceWindow window in _maintenance)
        {
            if (window.Contains(ticks))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same with another season, which is judged from a value on.</summary>
    public KernelSettings WithSeason(long cycleTicks, int judgedFrom)
    {
        var other = (KernelSettings)MemberwiseClone();
        other.CycleTicks = cycleTicks;
        other.Bins = (int)Math.Clamp(cycleTicks / (2 * TimeSpan.TicksPerHour), FewestBins, MostBins);
        other.HasWeek = false;
        other.Divide();
        other.JudgedFrom = JudgedFrom.WithElement(Channel.Season, judgedFrom);
        return other;
    }

    private void Divide()
    {
        _binTicks = CycleTicks / Math.Max(1, Bins);
        _inverseCycle = 1.0 / CycleTicks;
        _inverseBin = 1.0 / _binTicks;
    }

    /// <summary>The part of the season that a time falls in; only where there is a season.</summary>
    /// <remarks>
    /// <c>ticks % CycleTicks / binTicks</c> without integer divisions, which would take as long as a third of an observation: the quotients of the inverses are off by one at
    /// the most, and put right. Ticks of a DateTimeOffset begin on a Monday (0001-01-01) and are never negative.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BinOf(long ticks)
    {
        long within = ticks - ((long)(ticks * _inverseCycle) * CycleTicks);
        within += within < 0 ? CycleTicks : within >= CycleTicks ? -CycleTicks : 0;
        int bin = (int)(within * _inverseBin);
        bin += within >= (bin + 1) * _binTicks ? 1 : within < bin * _binTicks ? -1 : 0;
        return Math.Min(bin, Bins - 1);
    }

    /// <summary>The budget of one series where so many share the fleet's.</summary>
    public double BudgetOf(int series) => FleetBudget is { } fleet ? Math.Min(Budget, fleet / Math.Max(1, series)) : Budget;

    /// <summary>SHA-256 over the options in words, one to a line, numbers in full precision.</summary>
    private static byte[] DigestOf(DetectorOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{options.FalseAlarmBudget:R}\n{options.FleetFalseAlarmBudget:R}\n{options.Direction}\n{options.Mode}\n{options.Season}\n");
        text.Append(CultureInfo.InvariantCulture, $"{options.MinimumDeviation:R}\n{options.MinimumRelativeDeviation:R}\n");
        text.Append(CultureInfo.InvariantCulture, $"{options.WarmUp}\n{options.EventLength}\n{options.RelearnAfter}\n{options.SilenceAfter?.Ticks}\n");
        foreach (MaintenanceWindow window in options.Maintenance)
        {
            text.Append(CultureInfo.InvariantCulture, $"{window.Start.UtcTicks} {window.Duration.Ticks} {window.EveryWeek}\n");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

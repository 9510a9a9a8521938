using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Concurrency;

/// <summary>
/// How many attempts may be under way at once, found from what they show: the limit falls when latency stands well over its baseline or attempts are late, and rises
/// while it is the limit that holds calls back.
/// </summary>
/// <remarks>
/// <para>Latency has two causes that look alike: a queue that this client's own attempts make, which fewer attempts would shorten, and a back end that has become slower, where fewer
/// attempts only leave it idle. So the limit remembers the concurrency at which latency was last near its baseline. Latency alone never pushes the limit below it, and if
/// latency stays high there, it is the baseline that moves. The baseline falls as fast as latency does.</para>
/// <para>It shares the idea of a gradient with Netflix' concurrency-limits (Gradient2) and the slow start with TCP (RFC 5681). Late attempts are kept out of the
/// baseline, so a back end that only ever times out does not become the new normal. Not safe to share: the owner's lock guards it.</para>
/// </remarks>
internal sealed class AdaptiveLimit(ConcurrencyRule rule) : KeyedState
{
    private const double FallSeconds = 1;
    private const double RiseSeconds = 20;
    private const double KnownGoodSeconds = 20;
    private const double NearBaseline = 1.5;

    /// <summary>How many calls are under way, where this limit counts them itself.</summary>
    public int InFlight;

    /// <summary>When anything last came back, where this limit keeps track of it.</summary>
    public long LastAnswer;

    private ConcurrencyRule _rule = rule;
    private bool _startsSlowly = true;
    private double _knownGood;
    private double _latencySum;
    private double _flightSum;
    private int _samples;
    private int _late;
    private int _peak;
    private long _windowStart;
    private double _recentPeak;

    /// <summary>Gets how many attempts may be under way.</summary>
    public double Limit { get; private set; } = rule.Initial;

    /// <summary>Gets the latency of a back end that is not overloaded, in ticks; zero while it is not known.</summary>
    public double Baseline { get; private set; }

    public override bool IsIdle => InFlight == 0;

    /// <summary>Takes another rule into force. What was learnt stays.</summary>
    public void Change(ConcurrencyRule rule)
    {
        _rule = rule;
        Limit = Math.Clamp(Limit, rule.Min, rule.Max);
    }

    /// <summary>Tells whether one more may start.</summary>
    public bool Allows(int inFlight) => inFlight + 1 <= Limit;

    /// <summary>Notes how an attempt ended that shows the back end's speed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="latency">What it took.</param>
    /// <param name="inFlight">How many were under way when it started, itself among them.</param>
    /// <returns>Whether the limit was brought up to date.</returns>
    public bool OnAnswer(long now, long latency, int inFlight)
    {
        _latencySum += latency;
        return Add(now, inFlight);
    }

    /// <summary>Notes that an attempt at a back end that is alive was not answered in time, or was refused for overload.</summary>
    /// <param name="now">The time.</param>
    /// <param name="inFlight">How many were under way when it started, itself among them.</param>
    /// <returns>Whether the limit was brought up to date.</returns>
    public bool OnLate(long now, int inFlight)
    {
        _late++;
        return Add(now, inFlight);
    }

    private bool Add(long now, int inFlight)
    {
        if (_samples++ == 0 && _windowStart == 0)
        {
            _windowStart = now;
        }

        _flightSum += inFlight;
        _peak = Math.Max(_peak, inFlight);
        if (_samples < Math.Max(ConcurrencyRule.WindowSamples, (int)Math.Min(Limit, 1000)) || now - _windowStart < ConcurrencyRule.WindowTicks)
        {
            return false;
        }

        Update((now - _windowStart) / (double)TimeSpan.TicksPerSecond);
        _windowStart = now;
        _latencySum = _flightSum = 0;
        _samples = _late = _peak = 0;
        return true;
    }

    private void Update(double seconds)
    {
        int answered = _samples - _late;
        double flight = _flightSum / _samples;
        double latency = answered > 0 ? _latencySum / answered : Baseline;
        if (Baseline == 0)
        {
            Baseline = latency;
            _knownGood = flight;
        }

        bool isLate = _late > 1 && _late > _samples * ConcurrencyRule.LateShare;
        bool isSlow = latency > _rule.Tolerance * Baseline;
        MoveBaseline(latency, flight, isLate, seconds);
        _recentPeak = Math.Max(_peak, _recentPeak - (_recentPeak * Share(seconds, 10)));

        if (isLate)
        {
            bool collapsed = _late > _samples * ConcurrencyRule.CollapseShare;
            _startsSlowly = collapsed;
            Limit = Math.Max(_rule.Min, Limit * (collapsed ? 0.5 : 0.8));
        }
        else if (isSlow)
        {
            _startsSlowly = false;
            double gradient = Math.Max(0.7, _rule.Tolerance * Baseline / latency);
            Limit = Math.Clamp(Limit * gradient, Math.Min(Limit, Math.Max(_rule.Min, Floor)), _rule.Max);
        }
        else if (_peak >= Math.Floor(Limit) * 0.75)
        {
            Limit = Math.Min(_rule.Max, _startsSlowly || Limit < _knownGood ? Limit * 1.5 : Limit + Math.Max(1, Math.Sqrt(Limit) / 2));
        }
        else if (Limit > _rule.Initial && _recentPeak < Limit / 2)
        {
            // What was never used proves nothing: a limit left high by a busy hour would let the next overload in.
            Limit = Math.Max(_rule.Initial, Limit - (Limit * Share(seconds, 10)));
        }
    }

    private void MoveBaseline(double latency, double flight, bool isLate, double seconds)
    {
        if (latency < Baseline)
        {
            Baseline += (latency - Baseline) * Share(seconds, FallSeconds);
        }
        else if (!isLate && flight <= Floor * 1.05)
        {
            Baseline += (latency - Baseline) * Share(seconds, RiseSeconds);
        }

        if (!isLate && latency <= NearBaseline * Baseline)
        {
            _knownGood += (flight - _knownGood) * Share(seconds, KnownGoodSeconds);
        }
    }

    /// <summary>Gets the concurrency below which latency says nothing about a queue of our own: the known good one and what a random stream of that mean reaches now and then.</summary>
    private double Floor => _knownGood + Math.Sqrt(_knownGood);

    private static double Share(double seconds, double pace) => 1 - Math.Exp(-seconds / pace);
}

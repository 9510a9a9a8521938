namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>The figures of one run.</summary>
internal sealed class StormRecord(StormScenario scenario)
{
    private const int WindowSeconds = 5;
    private const int HorizonSeconds = 10;
    private const double RecoveredShare = 0.95;

    private readonly int[] _arrived = new int[(int)Math.Ceiling(scenario.End) + 1];
    private readonly int[] _good = new int[(int)Math.Ceiling(scenario.End) + 1];
    private readonly List<float> _latencies = [];
    private readonly long[] _phaseArrived = new long[3];
    private readonly long[] _phaseGood = new long[3];
    private readonly long[] _phaseAttempts = new long[3];
    private readonly long[] _phaseRefused = new long[3];
    private long _served;
    private long _wasted;

    public double GoodputBefore => Share(0);

    public double GoodputDuring => Share(1);

    public double GoodputAfter => Share(2);

    public double Goodput => (double)_phaseGood.Sum() / Math.Max(1, _phaseArrived.Sum());

    public double Amplification => (double)_phaseAttempts.Sum() / Math.Max(1, _phaseArrived.Sum());

    public double AmplificationDuring => (double)_phaseAttempts[1] / Math.Max(1, _phaseArrived[1]);

    public double Rejected => (double)_phaseRefused.Sum() / Math.Max(1, _phaseArrived.Sum());

    public double Wasted => _served == 0 ? 0 : (double)_wasted / _served;

    public bool IsRecovered => RecoverySeconds < scenario.After;

    /// <summary>Seconds after the fault's end until every window of the next ten seconds has 95 % of the goodput before.</summary>
    public double RecoverySeconds
    {
        get
        {
            int end = (int)Math.Round(scenario.Before + scenario.During);
            for (int after = 0; after + HorizonSeconds <= scenario.After; after++)
            {
                if (IsWellFrom(end + after))
                {
                    return after;
                }
            }

            return scenario.After;
        }
    }

    public double LatencyMs(double quantile)
    {
        if (_latencies.Count == 0)
        {
            return double.NaN;
        }

        _latencies.Sort();
        return _latencies[(int)Math.Min(_latencies.Count - 1, quantile * _latencies.Count)];
    }

    public void OnArrival(long now)
    {
        _arrived[Second(now)]++;
        _phaseArrived[Phase(now)]++;
    }

    public void OnAttempt(long now) => _phaseAttempts[Phase(now)]++;

    public void OnServed(long service) => _served += service;

    public void OnWasted(long service) => _wasted += service;

    public void OnEnd(StormRequest request, long now, bool isGood, bool isRefused)
    {
        if (isGood)
        {
            _good[Second(request.Arrived)]++;
            _phaseGood[Phase(request.Arrived)]++;
            _latencies.Add((float)((now - request.Arrived) / (double)TimeSpan.TicksPerMillisecond));
        }

        if (isRefused)
        {
            _phaseRefused[Phase(request.Arrived)]++;
        }
    }

    private static int Second(long now) => (int)(now / TimeSpan.TicksPerSecond);

    private double Share(int phase) => (double)_phaseGood[phase] / Math.Max(1, _phaseArrived[phase]);

    private int Phase(long time)
    {
        double seconds = time / (double)TimeSpan.TicksPerSecond;
        return seconds < scenario.Before ? 0 : seconds < scenario.Before + scenario.During ? 1 : 2;
    }

    private bool IsWellFrom(int second)
    {
        for (int start = second; start + WindowSeconds <= second + HorizonSeconds; start++)
        {
            long arrived = 0;
            long good = 0;
            for (int i = start; i < start + WindowSeconds; i++)
            {
                arrived += _arrived[i];
                good += _good[i];
            }

            if (arrived > 0 && good < RecoveredShare * GoodputBefore * arrived)
            {
                return false;
            }
        }

        return true;
    }
}

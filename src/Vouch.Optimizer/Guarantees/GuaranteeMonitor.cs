using System.Globalization;
using Vouch.Core.Validation;

namespace Vouch.Optimizer.Guarantees;

/// <summary>Watches a promise online: anytime-valid evidence, from audited outcomes, that the promise is broken or that an endpoint does worse than predicted.</summary>
/// <remarks>
/// <para>
/// While every endpoint does at least as well as predicted (less the tolerance) and mean quality is at or above the promise, the chance of ever raising any alarm, however long and however often one
/// looks, is at most <see cref="GuaranteeMonitorOptions.FalseAlarmRate"/>. Outcomes may come late and in any order: each carries its own prediction. Missing ones cost patience, not validity, provided that
/// being audited does not depend on the score. Duplicates are recognised among the last <see cref="GuaranteeMonitorOptions.Memory"/> outcomes.
/// </para>
/// <para>Safe to share between threads. An outcome costs constant time and, once warm, no allocation.</para>
/// </remarks>
public sealed class GuaranteeMonitor
{
    private readonly Lock _lock = new();
    private readonly double _promised;
    private readonly double _tolerance;
    private readonly double _threshold;
    private readonly DecayEvidence[] _endpoints;
    private readonly bool[] _suspect;
    private readonly HashSet<long> _seen;
    private readonly long[] _ring;
    private DecayEvidence _promise;
    private bool _broken;
    private long _taken;

    /// <summary>Initializes a monitor.</summary>
    /// <param name="endpoints">The number of endpoints, 1 or more.</param>
    /// <param name="promisedQuality">The promised mean score, in (0, 1).</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument or option is outside its range.</exception>
    public GuaranteeMonitor(int endpoints, double promisedQuality, GuaranteeMonitorOptions? options = null)
    {
        options ??= new GuaranteeMonitorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(endpoints, 1);
        _promised = Boundary.OpenShare(promisedQuality);
        _tolerance = Boundary.InRange(options.Tolerance, 0, 0.5);
        double rate = Boundary.InRange(options.FalseAlarmRate, 1e-6, 0.5);
        int memory = Boundary.InRange(options.Memory, 64, 1 << 24);

        // Half of the rate watches the promise, the other half is shared by the endpoints.
        _threshold = 2 * endpoints / rate;
        PromiseThreshold = 2 / rate;
        _endpoints = new DecayEvidence[endpoints];
        _suspect = new bool[endpoints];
        _seen = new HashSet<long>(memory);
        _ring = new long[memory];
    }

    /// <summary>Gets the number of positions it watches.</summary>
    public int Positions => _endpoints.Length;

    /// <summary>Gets whether traffic belongs on the safe tier: the promise is broken by the evidence.</summary>
    public bool IsPromiseBroken
    {
        get
        {
            lock (_lock)
            {
                return _broken;
            }
        }
    }

    /// <summary>Gets the number of outcomes that were left out because a value was outside its range.</summary>
    public long RejectedCount { get; private set; }

    /// <summary>Gets the number of outcomes that were left out because their decision had been audited before.</summary>
    public long DuplicateCount { get; private set; }

    private double PromiseThreshold { get; }

    /// <summary>Tells whether the evidence says that an endpoint does worse than predicted.</summary>
    /// <param name="endpoint">The endpoint's position.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="endpoint"/> is no position.</exception>
    public bool IsSuspect(int endpoint)
    {
        CheckEndpoint(endpoint);
        lock (_lock)
        {
            return _suspect[endpoint];
        }
    }

    /// <summary>Takes one audited outcome, in any order, however late; missing ones need no word.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>What it did. An alarm is returned by the outcome that raises it; later ones are <see cref="AuditVerdict.Accepted"/>.</returns>
    public AuditVerdict Audit(AuditedOutcome outcome)
    {
        lock (_lock)
        {
            if ((uint)outcome.Endpoint >= (uint)_endpoints.Length || !(outcome.Score is >= 0 and <= 1) || !(outcome.ExpectedScore is >= 0 and <= 1))
            {
                RejectedCount++;
                return AuditVerdict.Rejected;
            }

            if (!Remember(outcome.DecisionId))
            {
                DuplicateCount++;
                return AuditVerdict.Duplicate;
            }

            ref DecayEvidence evidence = ref _endpoints[outcome.Endpoint];
            evidence.Add(outcome.ExpectedScore - _tolerance, outcome.Score);
            _promise.Add(_promised, outcome.Score);
            if (!_broken && _promise.EValue >= PromiseThreshold)
            {
                _broken = true;
                return AuditVerdict.PromiseAlarm;
            }

            if (!_suspect[outcome.Endpoint] && evidence.EValue >= _threshold)
            {
                _suspect[outcome.Endpoint] = true;
                return AuditVerdict.EndpointAlarm;
            }

            return AuditVerdict.Accepted;
        }
    }

    /// <summary>Why an endpoint or the promise is under alarm, or how strong the evidence is so far: a sentence with the e-value and the count.</summary>
    /// <param name="endpoint">The endpoint's position, or -1 for the promise.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="endpoint"/> is neither -1 nor a position.</exception>
    public string Explain(int endpoint = -1)
    {
        if (endpoint != -1)
        {
            CheckEndpoint(endpoint);
        }

        lock (_lock)
        {
            DecayEvidence evidence = endpoint < 0 ? _promise : _endpoints[endpoint];
            bool alarm = endpoint < 0 ? _broken : _suspect[endpoint];
            double threshold = endpoint < 0 ? PromiseThreshold : _threshold;
            string subject = endpoint < 0 ? $"mean quality below the promised {_promised.ToString("G4", CultureInfo.InvariantCulture)}" : $"endpoint {endpoint} worse than predicted";
            return string.Create(
                CultureInfo.InvariantCulture, $"{(alarm ? "Alarm" : "No alarm")}: evidence for {subject} is {evidence.EValue:G4} after {evidence.Count} audited outcomes (alarm at {threshold:G4}).");
        }
    }

    /// <summary>Forgets the evidence against an endpoint, after it was repaired or calibrated anew.</summary>
    /// <param name="endpoint">The endpoint's position, or -1 for everything.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="endpoint"/> is neither -1 nor a position.</exception>
    /// <remarks>Each reset starts a new watch with the full false-alarm rate.</remarks>
    public void Reset(int endpoint = -1)
    {
        if (endpoint != -1)
        {
            CheckEndpoint(endpoint);
        }

        lock (_lock)
        {
            if (endpoint >= 0)
            {
                _endpoints[endpoint] = default;
                _suspect[endpoint] = false;
                return;
            }

            Array.Clear(_endpoints);
            Array.Clear(_suspect);
            _promise = default;
            _broken = false;
        }
    }

    private bool Remember(long id)
    {
        if (!_seen.Add(id))
        {
            return false;
        }

        int slot = (int)(_taken % _ring.Length);
        if (_taken >= _ring.Length)
        {
            _seen.Remove(_ring[slot]);
        }

        _ring[slot] = id;
        _taken++;
        return true;
    }

    private void CheckEndpoint(int endpoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(endpoint);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(endpoint, _endpoints.Length);
    }
}

using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Sharing;

/// <summary>What the nodes of a fleet together hold of their back ends: a key is open for all once enough of them found it broken by themselves, and never because of one node alone.</summary>
/// <remarks>
/// Safe to share. A node has one vote per key, which runs out unless it is cast again, so a node that falls silent, or a message that is lost, holds nothing open. With n nodes of which f may be
/// wrong, a quorum above f cannot be reached by those alone. At most <see cref="MaxVotes"/> votes are kept; beyond it new keys of others are not.
/// </remarks>
public sealed class BreakerQuorum : IDisposable
{
    /// <summary>How many votes are kept at once.</summary>
    public const int MaxVotes = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, long>> _votes = new(StringComparer.Ordinal);
    private readonly IBreakerTransport _transport;
    private readonly MonotonicTicks _clock;
    private readonly long _lifetime;
    private readonly IDisposable _subscription;
    private int _count;
    private volatile bool _hasVotes;

    /// <summary>Initializes a node's view.</summary>
    /// <param name="node">The node's own name; different from all others'.</param>
    /// <param name="quorum">How many nodes must have found a key broken; at least 2, more than may be wrong at once.</param>
    /// <param name="lifetime">How long a vote holds; longer than the longest break.</param>
    /// <param name="transport">Carries the votes.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="ArgumentException"><paramref name="node"/> is null or empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="transport"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quorum"/> is below 2, or <paramref name="lifetime"/> is not positive.</exception>
    public BreakerQuorum(string node, int quorum, TimeSpan lifetime, IBreakerTransport transport, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentOutOfRangeException.ThrowIfLessThan(quorum, 2);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(transport);
        Node = node;
        Quorum = quorum;
        _lifetime = lifetime.Ticks;
        _transport = transport;
        _clock = new MonotonicTicks(timeProvider ?? TimeProvider.System);
        _subscription = transport.Subscribe(Receive);
    }

    /// <summary>Gets the node's own name.</summary>
    public string Node { get; }

    /// <summary>Gets how many nodes must have found a key broken.</summary>
    /// <value>At least 2.</value>
    public int Quorum { get; }

    /// <summary>Says what this node found, to itself and to the others.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isOpen">Whether its breaker opened here.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public void Vote(string key, bool isOpen)
    {
        ArgumentNullException.ThrowIfNull(key);
        var vote = new BreakerVote(Node, key, isOpen);
        Count(vote);
        _transport.Publish(vote);
    }

    /// <summary>Tells whether enough nodes found a key broken.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool IsOpen(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!_hasVotes)
        {
            return false;
        }

        long now = _clock.Now;
        lock (_lock)
        {
            return _votes.TryGetValue(key, out Dictionary<string, long>? voters) && voters.Values.Count(end => end > now) >= Quorum;
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _subscription.Dispose();

    private void Receive(BreakerVote vote)
    {
        // A message that bears this node's name is an echo, or a lie.
        if (vote.Node is not null && vote.Key is not null && vote.Node != Node)
        {
            Count(vote);
        }
    }

    private void Count(BreakerVote vote)
    {
        long now = _clock.Now;
        lock (_lock)
        {
            if (_votes.TryGetValue(vote.Key, out Dictionary<string, long>? voters) && !vote.IsOpen)
            {
                _count -= voters.Remove(vote.Node) ? 1 : 0;
                if (voters.Count == 0)
                {
                    _votes.Remove(vote.Key);
                }
            }
            else if (vote.IsOpen && (_count < MaxVotes || Forget(now)))
            {
                voters ??= _votes[vote.Key] = new Dictionary<string, long>(StringComparer.Ordinal);
                _count += voters.TryAdd(vote.Node, 0) ? 1 : 0;
                voters[vote.Node] = now + _lifetime;
            }

            _hasVotes = _votes.Count > 0;
        }
    }

    /// <summary>Drops votes that ran out.</summary>
    /// <returns>Whether there is room again.</returns>
    private bool Forget(long now)
    {
        foreach ((string key, Dictionary<string, long> voters) in _votes)
        {
            foreach ((string node, long end) in voters)
            {
                _count -= end <= now && voters.Remove(node) ? 1 : 0;
            }

            if (voters.Count == 0)
            {
                _votes.Remove(key);
            }
        }

        return _count < MaxVotes;
    }
}

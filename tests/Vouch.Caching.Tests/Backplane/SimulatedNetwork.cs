using Vouch.Testing;

namespace Vouch.Caching.Tests.Backplane;

/// <summary>Virtual time and a network that delays, reorders, doubles and loses messages and cuts nodes off: everything that happens, happens on one thread in an order that the seed decides.</summary>
internal sealed class SimulatedNetwork(Random random, bool faulty)
{
    /// <summary>The nodes' timers fire at multiples of this.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMilliseconds(300);

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _queue = new();
    private readonly HashSet<int> _cutOff = [];
    private long _order;

    public ManualTimeProvider Clock { get; } = new();

    public TimeSpan Now => Clock.GetUtcNow() - Clock.Start;

    public Random Random { get; } = random;

    public void At(TimeSpan time, Action action) => _queue.Enqueue(action, (time, _order++));

    public void CutOff(int node) => _cutOff.Add(node);

    public void Join(int node) => _cutOff.Remove(node);

    public void Run(TimeSpan until)
    {
        while (_queue.TryPeek(out _, out (TimeSpan At, long Order) next) && next.At <= until)
        {
            // The nodes' timers fire on this thread and may send what arrives before the event that is next: so no step goes beyond one.
            TimeSpan heartbeat = TimeSpan.FromTicks(((Now.Ticks / Heartbeat.Ticks) + 1) * Heartbeat.Ticks);
            if (next.At > heartbeat)
            {
                Clock.Advance(heartbeat - Now);
                continue;
            }

            Action action = _queue.Dequeue();
            if (next.At > Now)
            {
                Clock.Advance(next.At - Now);
            }

            action();
        }
    }

    /// <summary>A call to the server and back: either way may be lost, and then the caller is told after a while.</summary>
    public Task<T> CallAsync<T>(int node, Func<T> serve)
    {
        // No asynchronous continuations: what waits for the answer goes on inside the event that brings it.
        var answer = new TaskCompletionSource<T>();
        At(Now + CallTimeout, () => answer.TrySetException(new IOException("No answer.")));
        Send(node, () =>
        {
            T result = serve();
            Send(node, () => answer.TrySetResult(result));
        });
        return answer.Task;
    }

    /// <summary>One message, one way.</summary>
    public void Send(int node, Action arrive)
    {
        int copies = !faulty ? 1 : Random.Next(100) switch { < 4 => 0, < 8 => 2, _ => 1 };
        for (int i = 0; i < copies; i++)
        {
            At(Now + (MaxDelay * Random.NextDouble()), () =>
            {
                if (!_cutOff.Contains(node))
                {
                    arrive();
                }
            });
        }
    }
}

using System.Reflection;

namespace Vouch.Testing.Simulations;

/// <summary>
/// Keeps what a thread hands to the thread pool on that thread. The runtime pushes such work on a queue that belongs to the pushing thread, wherever the
/// work does not ask for fairness; while captured, that queue is one that no pool thread looks into.
/// </summary>
/// <remarks>
/// <para>No public interface reaches this queue, and nothing else catches what <c>ConfigureAwait(false)</c> does after a completion that must not run its continuations inline
/// (<c>SemaphoreSlim</c>, <c>RunContinuationsAsynchronously</c>). The members are looked up once, and <see cref="IsSupported"/> is the answer of a
/// trial: on a runtime without them nothing is captured, and what escapes is reported as an escape.</para>
/// <para>Not caught: work pushed with fairness (<c>ThreadPool.QueueUserWorkItem</c> without <c>preferLocal</c>, and with it <c>System.Threading.Channels</c> behind
/// <c>ConfigureAwait(false)</c>), because all threads share that queue.</para>
/// </remarks>
internal sealed class PoolCapture
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly FieldInfo? Slot;
    private static readonly Action<Task, Thread>? ExecuteTask;

    private readonly object _locals;
    private readonly Func<object?> _pop;
    private object? _previous;

    static PoolCapture()
    {
        try
        {
            Slot = Type.GetType("System.Threading.ThreadPoolWorkQueueThreadLocals, System.Private.CoreLib")?.GetField("threadLocals", Any);
            ExecuteTask = typeof(Task).GetMethod("ExecuteFromThreadPool", Any, [typeof(Thread)])?.CreateDelegate<Action<Task, Thread>>();
            IsSupported = Slot is not null && ExecuteTask is not null && Trial();
        }
        catch (Exception error) when (error is MemberAccessException or TargetException or TargetInvocationException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            IsSupported = false;
        }
    }

    private PoolCapture(object locals, Func<object?> pop)
    {
        _locals = locals;
        _pop = pop;
    }

    /// <summary>Gets whether this runtime's thread pool can be captured.</summary>
    public static bool IsSupported { get; }

    /// <summary>Runs a piece of captured work on this thread.</summary>
    public static void Execute(object work, Thread thisThread)
    {
        if (work is Task task)
        {
            ExecuteTask!(task, thisThread);
        }
        else
        {
            ((IThreadPoolWorkItem)work).Execute();
        }
    }

    /// <summary>Makes a capture; null where the runtime is not supported.</summary>
    public static PoolCapture? Create() => IsSupported ? CreateCore() : null;

    /// <summary>From now on this thread's work stays here.</summary>
    public void Enter()
    {
        _previous = Slot!.GetValue(null);
        Slot.SetValue(null, _locals);
    }

    /// <summary>Gives the thread its own queue back.</summary>
    public void Exit()
    {
        Slot!.SetValue(null, _previous);
        _previous = null;
    }

    /// <summary>Takes what was pushed last, or null.</summary>
    public object? Pop() => _pop();

    private static PoolCapture? CreateCore()
    {
        Type? localsType = Type.GetType("System.Threading.ThreadPoolWorkQueueThreadLocals, System.Private.CoreLib");
        Type? queueType = Type.GetType("System.Threading.ThreadPoolWorkQueue+WorkStealingQueue, System.Private.CoreLib");
        Type? listType = Type.GetType("System.Threading.ThreadPoolWorkQueue+WorkStealingQueueList, System.Private.CoreLib");
        Type? poolQueueType = Type.GetType("System.Threading.ThreadPoolWorkQueue, System.Private.CoreLib");
        object? poolQueue = typeof(ThreadPool).GetField("s_workQueue", Any)?.GetValue(null);
        if (localsType is null || queueType is null || listType is null || poolQueueType is null || poolQueue is null)
        {
            return null;
        }

        object? locals = localsType.GetConstructor(Any, [poolQueueType])?.Invoke([poolQueue]);
        object? queue = localsType.GetField("workStealingQueue", Any)?.GetValue(locals);
        MethodInfo? remove = listType.GetMethod("Remove", Any);
        MethodInfo? pop = queueType.GetMethod("LocalPop", Any);
        if (locals is null || queue is null || remove is null || pop is null)
        {
            return null;
        }

        // Out of the list that pool threads steal from; the finalizer would do no more than that.
        remove.Invoke(null, [queue]);
        return new PoolCapture(locals, pop.CreateDelegate<Func<object?>>(queue));
    }

    private static bool Trial()
    {
        if (CreateCore() is not { } capture)
        {
            return false;
        }

        var work = new TrialWork();
        capture.Enter();
        try
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);
            return ReferenceEquals(capture.Pop(), work) && capture.Pop() is null;
        }
        finally
        {
            capture.Exit();
        }
    }

    private sealed class TrialWork : IThreadPoolWorkItem
    {
        public void Execute()
        {
        }
    }
}

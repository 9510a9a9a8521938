using System.Runtime.InteropServices;
using Vouch.Observability.Traces;

namespace Vouch.Observability.RootCause;

/// <summary>What is worked out once per trace before its features are summed; reused from trace to trace.</summary>
internal sealed class FeatureScratch
{
    private readonly Dictionary<int, int> _childCounts = [];
    private int[] _operations = new int[64];
    private bool[] _errorBelow = new bool[64];
    private TimeSpan[] _exclusive = new TimeSpan[64];

    public ReadOnlySpan<int> Operations => _operations;

    public ReadOnlySpan<bool> ErrorBelow => _errorBelow;

    public ReadOnlySpan<TimeSpan> Exclusive => _exclusive;

    public Dictionary<int, int> ChildCounts => _childCounts;

    public void Read(SpanTree tree, OperationTable table)
    {
        ReadOnlySpan<SpanRecord> spans = tree.Spans;
        if (_operations.Length < spans.Length)
        {
            int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)spans.Length);
            _operations = new int[size];
            _errorBelow = new bool[size];
            _exclusive = new TimeSpan[size];
        }

        _errorBelow.AsSpan(0, spans.Length).Clear();
        tree.ExclusiveTimes(_exclusive);
        for (int i = 0; i < spans.Length; i++)
        {
            _operations[i] = table.Add(in spans[i]);
            for (int above = spans[i].IsError ? tree.ParentOf(i) : -1; above >= 0 && !_errorBelow[above]; above = tree.ParentOf(above))
            {
                _errorBelow[above] = true;
            }
        }
    }

    // A call that only waits for another service holds the way to it: its own time belongs to the edge.
    public int Callee(SpanTree tree, int span, OperationTable table)
    {
        int own = table.ServiceOf(_operations[span]);
        int callee = -1;
        foreach (int child in tree.ChildrenOf(span))
        {
            int service = table.ServiceOf(_operations[child]);
            if (service == own || (callee >= 0 && callee != service))
            {
                return -1;
            }

            callee = service;
        }

        return callee;
    }

    public void CountChildren(SpanTree tree, int span, OperationTable table)
    {
        _childCounts.Clear();
        foreach (int child in tree.ChildrenOf(span))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_childCounts, Called(tree, child, table), out _)++;
        }
    }

    // The service outside its own that a call turned to last; -1 where it called none or did something itself after it.
    public int LastCallee(SpanTree tree, int span, OperationTable table)
    {
        int last = -1;
        ReadOnlySpan<SpanRecord> spans = tree.Spans;
        foreach (int child in tree.ChildrenOf(span))
        {
            last = last < 0 || spans[child].Start >= spans[last].Start ? child : last;
        }

        int service = last < 0 ? -1 : table.ServiceOf(Called(tree, last, table));
        return service == table.ServiceOf(_operations[span]) ? -1 : service;
    }

    // A call that only waits for another service is known by what it calls there, not by the name that all such calls share.
    private int Called(SpanTree tree, int child, OperationTable table) => Callee(tree, child, table) < 0 ? _operations[child] : _operations[tree.ChildrenOf(child).First()];
}

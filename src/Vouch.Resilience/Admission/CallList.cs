namespace Vouch.Resilience.Admission;

/// <summary>A list of calls in the order of a time, linked through the calls themselves.</summary>
/// <remarks>Not safe to share. Adding is at the end where times rise, as they do with equal deadlines; looking for the place is given up after some steps.</remarks>
internal struct CallList
{
    private const int MaxSteps = 64;

    public GuardedCall? Head;
    public GuardedCall? Tail;
    public int Count;

    /// <summary>Adds by <see cref="GuardedCall.Due"/>.</summary>
    public void AddByDue(GuardedCall call)
    {
        GuardedCall? after = Tail;
        for (int steps = 0; after is not null && after.Due > call.Due && steps < MaxSteps; steps++)
        {
            after = after.Previous;
        }

        AddAfter(after, call);
    }

    /// <summary>Adds by <see cref="GuardedCall.Deadline"/>.</summary>
    public void AddByDeadline(GuardedCall call)
    {
        GuardedCall? after = Tail;
        for (int steps = 0; after is not null && after.Deadline > call.Deadline && steps < MaxSteps; steps++)
        {
            after = after.Previous;
        }

        AddAfter(after, call);
    }

    public void Remove(GuardedCall call)
    {
        if (call.Previous is null)
        {
            Head = call.Next;
        }
        else
        {
            call.Previous.Next = call.Next;
        }

        if (call.Next is null)
        {
            Tail = call.Previous;
        }
        else
        {
            call.Next.Previous = call.Previous;
        }

        call.Previous = call.Next = null;
        Count--;
    }

    private void AddAfter(GuardedCall? after, GuardedCall call)
    {
        call.Previous = after;
        if (after is null)
        {
            call.Next = Head;
            Head = call;
        }
        else
        {
            call.Next = after.Next;
            after.Next = call;
        }

        if (call.Next is null)
        {
            Tail = call;
        }
        else
        {
            call.Next.Previous = call;
        }

        Count++;
    }
}

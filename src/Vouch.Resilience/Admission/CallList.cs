namespace Vouch.Resilience.Admission;

/// <summary>A list of calls in the order of a time, linked through the calls themselves.</summary>
/// <remarks>Not safe to share. Always in order: the head is who is due first. Adding is at the end where times rise, as they do with equal deadlines; else it takes time in proportion to the distance from the nearer end.</remarks>
internal struct CallList
{
    public GuardedCall? Head;
    public GuardedCall? Tail;
    public int Count;

    /// <summary>Adds by <see cref="GuardedCall.Due"/>.</summary>
    public void AddByDue(GuardedCall call) => Add(call, static call => call.Due);

    /// <summary>Adds by <see cref="GuardedCall.Deadline"/>.</summary>
    public void AddByDeadline(GuardedCall call) => Add(call, static call => call.Deadline);

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

    /// <summary>Adds after the last call whose time is no later: looked for from both ends at once, since who differs from the others is mostly near one of them.</summary>
    private void Add(GuardedCall call, Func<GuardedCall, long> timeOf)
    {
        long time = timeOf(call);
        GuardedCall? after = Tail;
        GuardedCall? ahead = Head;
        while (after is not null && timeOf(after) > time)
        {
            if (timeOf(ahead!) > time)
            {
                after = ahead!.Previous;
                break;
            }

            ahead = ahead!.Next;
            after = after.Previous;
        }

        AddAfter(after, call);
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

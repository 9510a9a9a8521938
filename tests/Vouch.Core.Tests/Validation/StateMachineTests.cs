using Vouch.Core.Validation;

namespace Vouch.Core.Tests.Validation;

public sealed class StateMachineTests
{
    private static readonly StateTransitions<Life> Transitions = new(
        (Life.Pending, Life.Running),
        (Life.Running, Life.Running),
        (Life.Running, Life.Done),
        (Life.Running, Life.Failed),
        (Life.Failed, Life.Pending));

    private enum Life : byte
    {
        Pending,
        Running,
        Done,
        Failed,
    }

    private enum Sparse : long
    {
        First = -5,
        Second = 1L << 40,
        AlsoSecond = Second,
    }

    [Fact]
    public void Transitions_Table_AnswersAsWritten()
    {
        Transitions.Allows(Life.Pending, Life.Running).Should().BeTrue();
        Transitions.Allows(Life.Pending, Life.Done).Should().BeFalse();
        Transitions.Allows(Life.Running, Life.Running).Should().BeTrue();
        Transitions.Allows(Life.Pending, Life.Pending).Should().BeFalse();
        Transitions.IsFinal(Life.Done).Should().BeTrue();
        Transitions.IsFinal(Life.Failed).Should().BeFalse();
        Transitions.Next(Life.Running).Should().Equal(Life.Running, Life.Done, Life.Failed);
        Transitions.Next(Life.Done).Should().BeEmpty();
        Transitions.States.Should().Equal(Life.Pending, Life.Running, Life.Done, Life.Failed);
    }

    [Fact]
    public void Transitions_SparseEnum_Works()
    {
        var machine = new StateMachine<Sparse>(new StateTransitions<Sparse>((Sparse.First, Sparse.Second)), Sparse.First);

        machine.TryMove(Sparse.AlsoSecond).Should().BeTrue();
        machine.IsFinal.Should().BeTrue();
    }

    [Fact]
    public void Transitions_BadTable_Throws()
    {
        FluentActions.Invoking(() => new StateTransitions<Life>()).Should().Throw<ArgumentException>().WithMessage("*at least one move*");
        FluentActions.Invoking(() => new StateTransitions<Life>((Life.Done, (Life)9))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Not a defined Life*");
        FluentActions.Invoking(() => new StateTransitions<ConsoleKey>((ConsoleKey.A, ConsoleKey.B))).Should().Throw<ArgumentException>().WithMessage("*at most 64 states*");
        FluentActions.Invoking(() => new StateMachine<Life>(null!, Life.Done)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new StateMachine<Life>(Transitions, (Life)200)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Move_Allowed_MovesAndTellsWhatWasLeft()
    {
        var machine = new StateMachine<Life>(Transitions, Life.Pending);

        machine.Move(Life.Running).Should().Be(Life.Pending);
        machine.TryMove(Life.Done, out Life from).Should().BeTrue();

        from.Should().Be(Life.Running);
        machine.Current.Should().Be(Life.Done);
        machine.IsFinal.Should().BeTrue();
        machine.ToString().Should().Be("Done");
    }

    [Fact]
    public void Move_NotAllowed_StaysAndNamesTheMovesThatAre()
    {
        var pending = new StateMachine<Life>(Transitions, Life.Pending);
        var running = new StateMachine<Life>(Transitions, Life.Running);
        var done = new StateMachine<Life>(Transitions, Life.Done);

        FluentActions.Invoking(() => pending.Move(Life.Done)).Should().Throw<InvalidOperationException>()
            .WithMessage("Life cannot go from Pending to Done: from Pending it goes to Running.");
        FluentActions.Invoking(() => running.Move(Life.Pending)).Should().Throw<InvalidOperationException>().WithMessage("*Running or Done or Failed.");
        FluentActions.Invoking(() => done.Move(Life.Pending)).Should().Throw<InvalidOperationException>().WithMessage("*Done is final.");
        pending.TryMove(Life.Failed, out Life from).Should().BeFalse();
        from.Should().Be(Life.Pending);
        pending.Current.Should().Be(Life.Pending);
    }

    [Fact]
    public void TryMove_FromAnotherState_DoesNothing()
    {
        var machine = new StateMachine<Life>(Transitions, Life.Pending);

        machine.TryMove(Life.Running, Life.Done).Should().BeFalse();
        machine.Current.Should().Be(Life.Pending);
        machine.TryMove(Life.Pending, Life.Running).Should().BeTrue();
        FluentActions.Invoking(() => machine.TryMove(Life.Pending, Life.Done)).Should().Throw<InvalidOperationException>("the table never allows it");
    }

    [Fact]
    public void TryMove_GoodMove_AllocatesNothing()
    {
        var machine = new StateMachine<Life>(Transitions, Life.Pending);

        Allocations.Of(() =>
        {
            machine.TryMove(Life.Running);
            machine.TryMove(Life.Running, Life.Failed);
            machine.TryMove(Life.Pending);
            _ = machine.Current;
        }).Should().Be(0);
        machine.Current.Should().Be(Life.Pending);
    }

    [Fact]
    public void TryMove_ManyThreads_OneOfThemWinsEachMove()
    {
        const int Rounds = 20_000;
        var machine = new StateMachine<Life>(Transitions, Life.Pending);
        int[] starts = new int[4];
        int[] ends = new int[4];

        Parallel.For(0, 4, thread =>
        {
            while (Volatile.Read(ref ends[0]) + Volatile.Read(ref ends[1]) + Volatile.Read(ref ends[2]) + Volatile.Read(ref ends[3]) < Rounds)
            {
                if (machine.TryMove(Life.Pending, Life.Running))
                {
                    starts[thread]++;
                    machine.TryMove(Life.Running, Life.Failed).Should().BeTrue("only the thread that started may end");
                    Interlocked.Increment(ref ends[thread]);
                    machine.TryMove(Life.Failed, Life.Pending).Should().BeTrue();
                }
            }
        });

        starts.Sum().Should().Be(ends.Sum()).And.BeGreaterThanOrEqualTo(Rounds);
    }
}

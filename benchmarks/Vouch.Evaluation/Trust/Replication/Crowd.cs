using Vouch.Core.Models;

namespace Vouch.Evaluation.Trust.Replication;

/// <summary>The workers of one simulated job: who may be asked, and what each sends.</summary>
internal sealed class Crowd
{
    private readonly Population _population;
    private readonly Random _random;
    private readonly double[] _secrets;
    private readonly List<Member> _active = [];
    private int _names;
    private int _cheats;
    private int _caught;

    public Crowd(Population population, int workers, int units, Random random)
    {
        _population = population;
        _random = random;
        _secrets = new double[units];
        for (int i = 0; i < units; i++)
        {
            _secrets[i] = random.NextDouble();
        }

        int cheats = (int)Math.Round(workers * population.Share);
        for (int i = 0; i < workers; i++)
        {
            Join(i < cheats);
        }
    }

    public IReadOnlyList<Member> Active => _active;

    /// <summary>Told of everyone who joins.</summary>
    public Action<Member>? Joined { get; set; }

    public Member Join(bool cheats)
    {
        var member = new Member(new WorkerId($"w{_names}"), _names++, cheats, cheats ? _cheats++ : -1);
        _active.Add(member);
        Joined?.Invoke(member);
        return member;
    }

    public Member Any() => _active[_random.Next(_active.Count)];

    /// <summary>A worker that has not done the unit yet; null where there is none.</summary>
    public Member? Other(List<Member> asked)
    {
        if (asked.Count >= _active.Count)
        {
            return null;
        }

        while (true)
        {
            Member member = Any();
            if (!asked.Contains(member))
            {
                return member;
            }
        }
    }

    /// <summary>Takes a worker out that nobody asks any more; it does not come back.</summary>
    public void Refuse(Member member) => _active.Remove(member);

    public void Suspend(Member member)
    {
        if (!_active.Remove(member) || !member.Cheats)
        {
            return;
        }

        _caught++;
        if (_population.ComesBack)
        {
            Join(cheats: true);
        }
    }

    /// <summary>What a worker sends for a unit: 0 is right, anything else wrong.</summary>
    public int Answer(Member member, int unit, bool trusted, double rate)
    {
        if (!member.Cheats)
        {
            return 0;
        }

        member.WasTrusted |= trusted;
        member.SinceTrusted += member.WasTrusted ? 1 : 0;
        var sight = new Sight(trusted, member.SinceTrusted, (double)unit / _secrets.Length, unit, _secrets[unit], _random.NextDouble(), rate, member.Number, _caught);
        return !_population.Lies(sight) ? 0 : _population.SameAnswer ? 1 : 2 + member.Index;
    }
}

/// <summary>One worker.</summary>
internal sealed class Member(WorkerId id, int index, bool cheats, int number)
{
    public WorkerId Id { get; } = id;

    public int Index { get; } = index;

    public bool Cheats { get; } = cheats;

    public int Number { get; } = number;

    public bool WasTrusted { get; set; }

    public long SinceTrusted { get; set; }

    /// <summary>Valid results in a row, for the adaptive scheme.</summary>
    public int ValidInARow { get; set; }
}

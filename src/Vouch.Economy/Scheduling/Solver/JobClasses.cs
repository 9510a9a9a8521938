using System.Runtime.InteropServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Jobs grouped by equal rate and demands: they see the same slot costs.</summary>
internal sealed class JobClasses
{
    public JobClasses(SolverModel model)
    {
        Of = new int[model.JobCount];
        var index = new Dictionary<Key, int>();
        var representative = new List<int>();
        for (int j = 0; j < model.JobCount; j++)
        {
            ref int found = ref CollectionsMarshal.GetValueRefOrAddDefault(index, new Key(model, j), out bool exists);
            if (!exists)
            {
                found = representative.Count;
                representative.Add(j);
            }

            Of[j] = found;
        }

        Representative = [.. representative];
    }

    /// <summary>The class of each job.</summary>
    public int[] Of { get; }

    /// <summary>One job of each class.</summary>
    public int[] Representative { get; }

    public int Count => Representative.Length;

    private readonly struct Key(SolverModel model, int job) : IEquatable<Key>
    {
        private readonly SolverModel _model = model;
        private readonly int _job = job;

        private ReadOnlySpan<double> Demands => _model.Demand.AsSpan(_job * _model.ResourceCount, _model.ResourceCount);

        public bool Equals(Key other) => _model.Rate[_job].Equals(other._model.Rate[other._job]) && Demands.SequenceEqual(other.Demands);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_model.Rate[_job]);
            foreach (double demand in Demands)
            {
                hash.Add(demand);
            }

            return hash.ToHashCode();
        }
    }
}

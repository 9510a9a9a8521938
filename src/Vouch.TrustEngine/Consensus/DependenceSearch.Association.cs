using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Consensus;

/// <content>Which workers' answers have anything to do with the others'.</content>
internal sealed partial class DependenceSearch
{
    private const double Association = 2;

    /// <summary>The workers whose labels go with those of the others on the same items, by more than twice what chance would do given how often each uses a label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool[] FindAssociated()
    {
        int labels = _answers.Labels;
        var counts = new int[(long)_answers.Items * labels];
        for (int i = 0; i < _answers.Count; i++)
        {
            counts[(_itemOf[i] * labels) + _answers.Label[i]]++;
        }

        var associated = new bool[_answers.Workers];
        var mean = new double[labels];
        var own = new double[labels];
        for (int worker = 0; worker < _answers.Workers; worker++)
        {
            Array.Clear(mean);
            Array.Clear(own);
            int compared = 0;
            for (int k = _workerStart[worker]; k < _workerStart[worker + 1]; k++)
            {
                int i = _byWorker[k];
                int others = Others(_itemOf[i]);
                if (others > 0)
                {
                    compared++;
                    own[_answers.Label[i]]++;
                    for (int label = 0; label < labels; label++)
                    {
                        mean[label] += OtherShare(i, label, others);
                    }
                }
            }

            double excess = 0;
            double variance = 0;
            for (int k = _workerStart[worker]; compared >= 2 && k < _workerStart[worker + 1]; k++)
            {
                int i = _byWorker[k];
                int others = Others(_itemOf[i]);
                if (others == 0)
                {
                    continue;
                }

                double expected = 0;
                double square = 0;
                for (int label = 0; label < labels; label++)
                {
                    double share = OtherShare(i, label, others) - (mean[label] / compared);
                    excess += label == _answers.Label[i] ? share : 0;
                    expected += own[label] / compared * share;
                    square += own[label] / compared * share * share;
                }

                excess -= expected;
                variance += square - (expected * expected);
            }

            associated[worker] = variance > 1e-12 && Math.Abs(excess) > Association * Math.Sqrt(variance);
        }

        return associated;

        int Others(int item) => _answers.Start[item + 1] - _answers.Start[item] - 1;

        double OtherShare(int i, int label, int others) => (counts[(_itemOf[i] * labels) + label] - (_answers.Label[i] == label ? 1 : 0)) / (double)others;
    }
}

namespace Vouch.Evaluation.Trust.Replication;

/// <summary>
/// The adaptive replication that volunteer projects use (BOINC): a worker with more than ten valid results in a row is believed alone, except with a chance of ten over their
/// number; otherwise two results must agree, and further ones are asked for until two do.
/// </summary>
internal static class AdaptiveReplication
{
    private const int Enough = 10;
    private const int MostResults = 10;

    public static Tally Run(Population population, int workers, int units, Random random)
    {
        var crowd = new Crowd(population, workers, units, random);
        double executions = 0;
        int wrong = 0;
        var asked = new List<Member>();
        var answers = new List<int>();
        for (int unit = 0; unit < units; unit++)
        {
            if (population.JoinLater > 0 && unit == units / 10)
            {
                for (int i = 0; i < workers * population.JoinLater; i++)
                {
                    crowd.Join(cheats: true);
                }
            }

            Member first = crowd.Any();
            double rate = Rate(first);
            int answer = crowd.Answer(first, unit, first.ValidInARow > Enough, rate);
            executions++;
            if (random.NextDouble() >= rate)
            {
                wrong += answer == 0 ? 0 : 1;
                continue;
            }

            asked.Clear();
            answers.Clear();
            asked.Add(first);
            answers.Add(answer);
            int? valid = null;
            while (valid is null && answers.Count < MostResults && crowd.Other(asked) is { } next)
            {
                asked.Add(next);
                answers.Add(crowd.Answer(next, unit, next.ValidInARow > Enough, Rate(next)));
                executions++;
                valid = answers.IndexOf(answers[^1]) < answers.Count - 1 ? answers[^1] : null;
            }

            wrong += valid is 0 ? 0 : 1;
            for (int i = 0; i < asked.Count; i++)
            {
                asked[i].ValidInARow = answers[i] == valid ? asked[i].ValidInARow + 1 : 0;
            }
        }

        return new Tally(units, executions, 0, wrong, wrong, 0);
    }

    private static double Rate(Member member) => member.ValidInARow > Enough ? (double)Enough / member.ValidInARow : 1;
}

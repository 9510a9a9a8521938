using System.Globalization;
using FluentAssertions;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;
using Xunit;

namespace Vouch.Economy.Tests.Online;

/// <summary>The safeguard: never dearer than running every job at once by more than is allowed, in the same world.</summary>
public sealed class SafeguardTests
{
    private const int Slots = 96;

    private static int Worlds => int.TryParse(Environment.GetEnvironmentVariable("VOUCH_SOAK"), CultureInfo.InvariantCulture, out int more) ? more : 300;

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.3)]
    public void Run_AnyWorld_CostsNoMoreThanAtOnceAndWhatIsAllowed(double allowance)
    {
        int cheaper = 0;
        for (int seed = 0; seed < Worlds; seed++)
        {
            var world = World.Make(seed);

            (double cost, double atOnce, double again) = world.Run(new OnlineSchedulerOptions { SafeguardAllowance = allowance, MaxDisplacements = 1_000 });

            // With nothing to risk only what nobody can count on is left: what negative prices pay for work that was lost and is done again.
            double allowed = allowance == 0 ? again : Math.Max(allowance * world.Jobs.Sum(static job => job.Penalty ?? 0), world.Jobs.Max(job => (job.Penalty ?? 0) + (job.Rate * job.DurationSlots * world.Highest)));
            cost.Should().BeLessThanOrEqualTo(atOnce + allowed + (1e-9 * Math.Abs(atOnce)), $"seed {seed}");
            cheaper += cost < atOnce * (1 - 1e-9) ? 1 : 0;
        }

        cheaper.Should().BeGreaterThan(allowance == 0 ? 0 : Worlds / 3, "a safeguard that only copies would be cheap");
    }

    [Fact]
    public void Run_WithoutTheSafeguard_IsDearerInSomeWorlds()
    {
        int worse = 0;
        for (int seed = 0; seed < Worlds; seed++)
        {
            var world = World.Make(seed);
            (double cost, double atOnce, _) = world.Run(new OnlineSchedulerOptions { SafeguardAllowance = null });
            worse += cost > atOnce ? 1 : 0;
        }

        worse.Should().BeGreaterThan(0, "else there would be nothing to guard against");
    }

    [Fact]
    public void BeginSlot_LoneJobBeforeACheapNight_MayStillWait()
    {
        double[] prices = [.. Enumerable.Range(0, 24).Select(static slot => slot < 12 ? 100.0 : 10.0)];
        var scheduler = new OnlineScheduler(
            new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), prices),
            [new OnlinePool("workers", 4)],
            new OnlineSchedulerOptions { ExpectedUptime = TimeSpan.FromDays(3_000) });
        scheduler.Submit(new Job("backup", 3, 2, 0, 24, rate: 2, penalty: 5_000));
        for (int slot = 0; slot < 24; slot++)
        {
            scheduler.BeginSlot(4);
        }

        scheduler.StatusOf("backup")!.Kept[0].Start.Should().BeGreaterThanOrEqualTo(12);
    }

    /// <summary>One world: jobs, prices and their forecast, capacity, failures.</summary>
    private sealed class World
    {
        public required Job[] Jobs { get; init; }

        public required double[] Prices { get; init; }

        public required double[] Forecast { get; init; }

        public required double[][] Capacity { get; init; }

        public required double[][] Later { get; init; }

        public required HashSet<(int Slot, string Job)> Failures { get; init; }

        public double Highest => Math.Max(Prices.Max(Math.Abs), Forecast.Max(Math.Abs));

        public static World Make(int seed)
        {
            var random = new Random(seed);
            int pools = random.Next(4) == 0 ? 2 : 1;
            bool negative = random.Next(5) == 0;
            double[] prices = [.. Enumerable.Range(0, Slots).Select(slot => Math.Round(50 + (40 * Math.Sin(slot * Math.PI / 24)) + random.Next(30)) - (negative ? 60 : 0))];
            double[] forecast = [.. prices.Select(price => negative ? price : Math.Round(price * (0.6 + (0.8 * random.NextDouble()))))];
            double[][] Walk(double spread) => [.. Enumerable.Range(0, pools).Select(_ =>
            {
                double level = 10;
                return Enumerable.Range(0, Slots).Select(_ => level = random.Next(6) == 0 ? Math.Floor(spread * random.NextDouble()) : level).ToArray();
            })];
            double[][] capacity = Walk(11);
            double[][] later = [.. capacity.Select(row => row.Select(amount => random.Next(12) == 0 ? Math.Floor(amount * random.NextDouble()) : amount).ToArray())];
            int count = 8 + random.Next(40);
            var jobs = new List<Job>();
            for (int j = 0; j < count; j++)
            {
                int duration = 1 + random.Next(12);
                int release = random.Next(Slots - duration);
                int deadline = Math.Min(Slots, release + duration + random.Next(1 + random.Next(60)));
                double[] demands = [.. Enumerable.Range(0, pools).Select(_ => 1.0 + random.Next(5))];
                string[] before = j > 0 && random.Next(6) == 0 && jobs[j - 1].Release <= release ? [jobs[j - 1].Id] : [];
                release = before.Length > 0 ? jobs[j - 1].Release : release;
                jobs.Add(new Job(
                    $"j{j}", duration, demands, release, deadline, rate: demands[0], penalty: demands[0] * duration * 130 * (1 << random.Next(4)), predecessors: before,
                    preemption: random.Next(3) == 0 && duration > 3 ? new Preemption(4, 2, 1) : null));
            }

            var failures = new HashSet<(int, string)>();
            for (int i = random.Next(8); i > 0; i--)
            {
                failures.Add((random.Next(Slots), $"j{random.Next(count)}"));
            }

            return new World { Jobs = [.. jobs], Prices = prices, Forecast = forecast, Capacity = capacity, Later = later, Failures = failures };
        }

        public (double Cost, double AtOnce, double Again) Run(OnlineSchedulerOptions options)
        {
            var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
            double[] known = [.. Forecast];
            Array.Copy(Prices, known, 24);
            var scheduler = new OnlineScheduler(new PriceCurve(start, TimeSpan.FromMinutes(15), known), [.. Capacity.Select(static (_, k) => new OnlinePool($"p{k}", 10))], options);
            var atOnce = new AtOnce(Capacity.Length);
            for (int slot = 0; slot < Slots; slot++)
            {
                if (slot % 24 == 12 && slot + 12 < Slots)
                {
                    scheduler.UpdatePrices(slot + 12, Prices[(slot + 12)..Math.Min(Slots, slot + 36)]);
                }

                foreach (Job job in Jobs.Where(job => job.Release == slot))
                {
                    scheduler.Submit(job);
                    atOnce.Submit(job);
                }

                double[] now = [.. Capacity.Select(row => row[slot])];
                scheduler.BeginSlot(now);
                atOnce.Begin(slot, now);
                for (int k = 0; k < Capacity.Length; k++)
                {
                    if (Later[k][slot] != now[k])
                    {
                        now[k] = Later[k][slot];
                        scheduler.ChangeCapacity($"p{k}", now[k]);
                        atOnce.StopExcess(slot, now);
                    }
                }

                foreach ((_, string job) in Failures.Where(failure => failure.Slot == slot))
                {
                    if (scheduler.StatusOf(job) is { State: OnlineJobState.Running })
                    {
                        scheduler.FailWorker(job);
                        atOnce.Fail(job, slot);
                    }
                }

                scheduler.Improve(1_000);
                atOnce.Pay(slot);
            }

            scheduler.Complete();
            return (Cost(scheduler), atOnce.Cost(Prices), atOnce.PaidAgain(Prices));
        }

        private double Cost(OnlineScheduler scheduler)
        {
            double cost = 0;
            foreach (OnlineJobStatus job in scheduler.Jobs())
            {
                bool done = job.State == OnlineJobState.Finished;
                cost += job.Lost.Sum(piece => Sum(job.Job, piece, lost: true)) + job.Kept.Sum(piece => Sum(job.Job, piece, lost: !done)) + (done ? 0 : job.Job.Penalty ?? 0);
            }

            return cost;
        }

        private double Sum(Job job, Segment piece, bool lost) =>
            Enumerable.Range(piece.Start, piece.Length).Sum(slot => job.Rate * (lost ? Math.Max(0, Prices[slot]) : Prices[slot]));
    }

    /// <summary>Running every job at once, written down once more from the rule: earliest deadline first, in one piece, the newest run stops first.</summary>
    private sealed class AtOnce(int pools)
    {
        private readonly List<(Job Job, int Start)> _running = [];
        private readonly List<Job> _waiting = [];
        private readonly List<string> _done = [];
        private readonly List<string> _lost = [];
        private readonly Dictionary<string, int> _order = [];
        private readonly List<(Job Job, int Slot, bool Lost)> _ran = [];
        private double _penalties;

        public void Submit(Job job)
        {
            _order.Add(job.Id, _order.Count);
            _waiting.Add(job);
        }

        public void Begin(int slot, double[] capacity)
        {
            _done.AddRange(_running.Where(run => run.Start + run.Job.DurationSlots == slot).Select(static run => run.Job.Id));
            _running.RemoveAll(run => run.Start + run.Job.DurationSlots == slot);
            StopExcess(slot, capacity);
            StartWaiting(slot, capacity);
        }

        public void StopExcess(int slot, double[] capacity)
        {
            for (int k = 0; k < pools; k++)
            {
                while (_running.Sum(run => run.Job.Demands[k]) > capacity[k])
                {
                    Stop(_running.FindLastIndex(run => run.Job.Demands[k] > 0), slot);
                }
            }
        }

        private void StartWaiting(int slot, double[] capacity)
        {
            foreach (Job job in _waiting.OrderBy(static job => job.Deadline).ThenBy(job => _order[job.Id]).ToArray())
            {
                if (slot + job.DurationSlots > job.Deadline || job.Predecessors.Any(_lost.Contains))
                {
                    _waiting.Remove(job);
                    _lost.Add(job.Id);
                    _penalties += job.Penalty ?? 0;
                }
                else if (job.Predecessors.All(_done.Contains) && Enumerable.Range(0, pools).All(k => _running.Sum(run => run.Job.Demands[k]) + job.Demands[k] <= capacity[k]))
                {
                    _waiting.Remove(job);
                    _running.Add((job, slot));
                }
            }
        }

        public void Fail(string id, int slot)
        {
            int at = _running.FindIndex(run => run.Job.Id == id);
            if (at >= 0)
            {
                Stop(at, slot);
            }
        }

        public void Pay(int slot) => _running.ForEach(run => _ran.Add((run.Job, slot, false)));

        public double Cost(double[] prices) =>
            _penalties + _waiting.Sum(static job => job.Penalty ?? 0) + _ran.Sum(ran => ran.Job.Rate * (ran.Lost ? Math.Max(0, prices[ran.Slot]) : prices[ran.Slot]));

        /// <summary>What negative prices paid for the runs of jobs that had lost work before: nobody can count on losing work.</summary>
        public double PaidAgain(double[] prices) =>
            _ran.Where(ran => _ran.Exists(lost => lost.Job == ran.Job && lost.Lost)).Sum(ran => ran.Job.Rate * (ran.Lost ? 0 : Math.Max(0, -prices[ran.Slot])));

        private void Stop(int at, int slot)
        {
            (Job job, int start) = _running[at];
            _running.RemoveAt(at);
            _waiting.Add(job);
            for (int i = 0; i < _ran.Count; i++)
            {
                _ran[i] = _ran[i].Job == job && _ran[i].Slot >= start && _ran[i].Slot < slot ? (job, _ran[i].Slot, true) : _ran[i];
            }
        }
    }
}

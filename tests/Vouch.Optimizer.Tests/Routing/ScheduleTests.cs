using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Routing;

/// <summary>
/// Random schedules of requests under way together, with failures, fallbacks, lost calls, price changes and jumps of time, against a provider that bills by its own books:
/// no cap is ever passed, and no endpoint is called that a law forbids. <c>VOUCH_ROUTER_SCHEDULES</c> sets how many.
/// </summary>
public sealed class ScheduleTests
{
    private static int Schedules => int.Parse(Environment.GetEnvironmentVariable("VOUCH_ROUTER_SCHEDULES") ?? "1000");

    [Fact]
    public void Schedules_RandomFailuresAndPrices_NeverPassACapNorCallTheForbidden()
    {
        long calls = 0;
        long rejected = 0;
        long comparisons = 0;
        Parallel.For(0, Schedules, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            var schedule = new Schedule(seed);
            schedule.Run();
            Interlocked.Add(ref calls, schedule.Calls);
            Interlocked.Add(ref rejected, schedule.Rejected);
            Interlocked.Add(ref comparisons, schedule.Comparisons);
        });

        calls.Should().BeGreaterThan(3L * Schedules);
        comparisons.Should().BeGreaterThan(Schedules / 20, "cascades are under way too");
        rejected.Should().BeGreaterThan(Schedules / 10, "caps bind now and then, or the test shows nothing");
    }

    [Fact]
    public async Task Threads_SharingARouter_NeverPassACap()
    {
        using var catalog = new EndpointCatalog(RoutingBench.Three());
        var ledger = new BudgetLedger(new BudgetOptions { MaxRequestUsd = 0.02m, Caps = [Cap("all", 2m), Cap("each", 0.8m, SpendScope.EachTenant)] });
        using var router = new Router(catalog, RoutingBench.ThreePredictor, new RoutingPlan(RoutingBench.Quality), ledger, new RouterOptions { Cooldown = TimeSpan.FromMilliseconds(10), MaxCooldown = TimeSpan.FromMilliseconds(10) });
        long[] billed = new long[4];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 3_000; i++)
            {
                if (worker == 0 && i % 50 == 0)
                {
                    catalog.Replace(RoutingBench.Three(best: o => o.OutputUsdPerMillion = random.Next(1, 200)));
                }

                using RoutedCall call = router.Begin(RoutingBench.Request(tenant: "t" + worker));
                while (call.Endpoint is { } endpoint)
                {
                    var usage = new TokenUsage(random.Next(11), random.Next(101));
                    long cost = endpoint.Prices.CostOf(usage.InputTokens, usage.OutputTokens).Value;
                    if (random.Next(4) == 0)
                    {
                        call.Fail(CallFailure.Unavailable);
                    }
                    else
                    {
                        Interlocked.Add(ref billed[worker], cost);
                        call.Complete(usage);
                    }
                }
            }
        })));

        billed.Should().OnlyContain(tenant => tenant <= NanoUsd.FromUsd(0.8m).Value);
        billed.Sum().Should().BeLessThanOrEqualTo(NanoUsd.FromUsd(2).Value);
        ledger.Statement("t0").Should().OnlyContain(statement => statement.Reserved == NanoUsd.Zero);
    }

    private static SpendCapOptions Cap(string name, decimal usd, SpendScope scope = SpendScope.Everyone, TimeSpan? window = null) =>
        new() { Name = name, LimitUsd = usd, Scope = scope, Window = window };

    private sealed class Schedule(int seed)
    {
        private static readonly string[] Names = ["a", "b", "c", "d"];
        private static readonly string[] Regions = ["eu", "us"];
        private static readonly CascadePredictor Predictor = new() { Endpoints = Names, IsHashed = true, PrefersCascades = true, Cascades = [new Cascade(0, 1, 3), new Cascade(1, 2, 0), new Cascade(2, 3, 1)] };

        private readonly Random _random = new(seed);
        private readonly ManualTimeProvider _time = new();
        private readonly List<(TimeSpan At, string Tenant, long Nano)> _bills = [];
        private readonly List<Running> _running = [];
        private readonly Dictionary<string, TimeSpan> _leaveAlone = [];
        private readonly decimal _lifetime = new decimal(5, 0, 0, false, 4) * (1 + (seed % 7));
        private readonly decimal _window = new decimal(3, 0, 0, false, 4) * (1 + (seed % 5));
        private readonly decimal _each = new decimal(2, 0, 0, false, 4) * (1 + (seed % 11));
        private readonly decimal _perRequest = new decimal(2, 0, 0, false, 4) * (1 + (seed % 3));

        public int Calls { get; private set; }

        public int Rejected { get; private set; }

        public int Comparisons { get; private set; }

        public void Run()
        {
            using var catalog = new EndpointCatalog(Random());
            var ledger = new BudgetLedger(new BudgetOptions
            {
                MaxRequestUsd = _perRequest,
                ReservationTimeout = TimeSpan.FromSeconds(30),
                Caps = [Cap("life", _lifetime), Cap("minute", _window, window: TimeSpan.FromMinutes(1)), Cap("each", _each, SpendScope.EachTenant)],
            }, _time);
            using var router = new Router(catalog, Predictor, new RoutingPlan(new RoutingPolicy("p", _random.Next(4) * 1000)), ledger, null, null, _time);
            for (int step = 0; step < 24; step++)
            {
                switch (_random.Next(10))
                {
                    case < 4:
                        Begin(router);
                        break;
                    case < 8 when _running.Count > 0:
                        GoOn(_running[_random.Next(_running.Count)]);
                        break;
                    case 8:
                        catalog.Replace(Random());
                        break;
                    default:
                        _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, _random.Next(2) == 0 ? 500 : 40_000)));
                        break;
                }

                Check();
            }
        }

        private void Begin(Router router)
        {
            var constraints = new RouteConstraints
            {
                AllowedRegions = _random.Next(2) == 0 ? [Regions[_random.Next(2)]] : null,
                AllowedProviders = _random.Next(3) == 0 ? ["p-a", "p-b", "p-c"] : null,
                ForbiddenEndpoints = _random.Next(3) == 0 ? [Names[_random.Next(4)]] : null,
            };
            var request = new RouteRequest("q" + _random.Next(1000))
            {
                InputTokens = _random.Next(1, 50),
                MaxOutputTokens = _random.Next(1, 150),
                AllowsCascades = seed % 2 == 0,
                Capabilities = _random.Next(3) == 0 ? EndpointCapabilities.Tools : default,
                Constraints = constraints,
                Tenant = "t" + _random.Next(2),
                MaxCost = _random.Next(3) == 0 ? new NanoUsd(_random.Next(300_000)) : null,
            };
            RoutedCall call = router.Begin(request);
            long cap = Math.Min(NanoUsd.FromUsd(_perRequest).Value, request.MaxCost?.Value ?? long.MaxValue);
            var running = new Running(call, constraints, request.Capabilities, request.Tenant, request.InputTokens.Value, cap);
            if (call.IsComparing)
            {
                Compare(running);
            }

            Sent(running);
        }

        /// <summary>A cascade: both legs leave, time may pass, each answers, fails or is lost; then the third one's turn may come.</summary>
        private void Compare(Running running)
        {
            RoutedCall call = running.Call;
            foreach (CascadeLeg leg in Enum.GetValues<CascadeLeg>())
            {
                RequireLaws(running, call.EndpointOf(leg), call.MaxOutputTokensOf(leg));
            }

            TimeSpan sentAt = _time.Elapsed;
            foreach (CascadeLeg leg in Enum.GetValues<CascadeLeg>())
            {
                Endpoint endpoint = call.EndpointOf(leg);
                var usage = new TokenUsage(_random.Next(running.Input + 1), _random.Next(call.MaxOutputTokensOf(leg) + 1));
                running.Bill = endpoint.Prices.CostOf(usage.InputTokens, usage.OutputTokens).Value;
                if (_random.Next(4) == 0)
                {
                    _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 40_000)));
                }

                switch (_random.Next(5))
                {
                    case 0:
                        _leaveAlone[endpoint.Id] = _time.Elapsed + TimeSpan.FromSeconds(1);
                        call.FailLeg(leg, CallFailure.Unavailable);
                        break;
                    case 1:
                        Billed(running, sentAt);
                        _leaveAlone[endpoint.Id] = _time.Elapsed + TimeSpan.FromSeconds(1);
                        call.FailLeg(leg, CallFailure.Interrupted);
                        break;
                    default:
                        Billed(running, sentAt);
                        call.CompleteLeg(leg, usage);
                        break;
                }
            }

            Comparisons++;
            call.Resolve(_random.Next(2) == 0);
        }

        /// <summary>A call leaves for an endpoint: the laws are checked here, by their own words, and the provider may bill at once.</summary>
        private void Sent(Running running)
        {
            if (running.Call.Endpoint is not { } endpoint)
            {
                Rejected += running.Call.Outcome == RoutingOutcome.Rejected ? 1 : 0;
                running.Call.Dispose();
                _running.Remove(running);
                return;
            }

            Calls++;
            RequireLaws(running, endpoint, running.Call.MaxOutputTokens);
            running.Usage = new TokenUsage(_random.Next(running.Input + 1), _random.Next(running.Call.MaxOutputTokens + 1));
            running.Bill = endpoint.Prices.CostOf(running.Usage.InputTokens, running.Usage.OutputTokens).Value;
            running.SentAt = _time.Elapsed;
            if (!_running.Contains(running))
            {
                _running.Add(running);
            }
        }

        private void RequireLaws(Running running, Endpoint endpoint, int maxOutputTokens)
        {
            RouteConstraints laws = running.Constraints;
            bool isAllowed = endpoint.Enabled && endpoint.Role == EndpointRole.Registry
                && laws.AllowedRegions?.Contains(endpoint.Region) != false
                && laws.AllowedProviders?.Contains(endpoint.Provider) != false
                && laws.ForbiddenEndpoints?.Contains(endpoint.Id) != true
                && (endpoint.Capabilities & running.Capabilities) == running.Capabilities
                && running.Input + maxOutputTokens <= endpoint.ContextTokens;
            if (!isAllowed || (_leaveAlone.TryGetValue(endpoint.Id, out TimeSpan until) && _time.Elapsed < until))
            {
                throw new InvalidOperationException($"Schedule {seed}: {endpoint.Id} was called against a law.");
            }
        }

        private void GoOn(Running running)
        {
            Endpoint endpoint = running.Call.Endpoint!;
            bool isBilledWhenSent = _random.Next(2) == 0;
            TimeSpan at = isBilledWhenSent ? running.SentAt : _time.Elapsed;
            switch (_random.Next(6))
            {
                case 0:
                    // Refused: nothing billed. It may ask to be left alone.
                    TimeSpan? wait = _random.Next(2) == 0 ? TimeSpan.FromSeconds(_random.Next(1, 30)) : null;
                    _leaveAlone[endpoint.Id] = _time.Elapsed + (wait > TimeSpan.FromSeconds(1) ? wait.Value : TimeSpan.FromSeconds(1));
                    bool goesOn = running.Call.Fail(CallFailure.Unavailable, wait);
                    Next(running, goesOn);
                    break;
                case 1:
                    Billed(running, at);
                    _leaveAlone[endpoint.Id] = _time.Elapsed + TimeSpan.FromSeconds(1);
                    Next(running, running.Call.Fail(CallFailure.Interrupted));
                    break;
                case 2:
                    Next(running, running.Call.Fail(CallFailure.Unsuited));
                    break;
                case 3:
                    // Lost: nobody ever says how it went, and the provider bills.
                    Billed(running, running.SentAt);
                    _running.Remove(running);
                    break;
                default:
                    Billed(running, at);
                    running.Call.Complete(running.Usage);
                    running.Call.Dispose();
                    _running.Remove(running);
                    break;
            }
        }

        private void Next(Running running, bool goesOn)
        {
            if (goesOn)
            {
                Sent(running);
            }
            else
            {
                running.Call.Dispose();
                _running.Remove(running);
            }
        }

        private void Billed(Running running, TimeSpan at)
        {
            _bills.Add((at, running.Tenant, running.Bill));
            running.Total += running.Bill;
            if (running.Total > running.Cap)
            {
                throw new InvalidOperationException($"Schedule {seed}: a request was billed {running.Total}, its cap is {running.Cap}.");
            }
        }

        private void Check()
        {
            long life = _bills.Sum(bill => bill.Nano);
            long worstWindow = _bills.Count == 0 ? 0 : _bills.Max(last => _bills.Where(bill => bill.At <= last.At && last.At - bill.At < TimeSpan.FromMinutes(1)).Sum(bill => bill.Nano));
            long tenant = Math.Max(_bills.Where(bill => bill.Tenant == "t0").Sum(bill => bill.Nano), _bills.Where(bill => bill.Tenant == "t1").Sum(bill => bill.Nano));
            if (life > NanoUsd.FromUsd(_lifetime).Value || worstWindow > NanoUsd.FromUsd(_window).Value || tenant > NanoUsd.FromUsd(_each).Value)
            {
                throw new InvalidOperationException($"Schedule {seed}: billed {life} of {_lifetime}, {worstWindow} a minute of {_window}, {tenant} a tenant of {_each}.");
            }
        }

        private EndpointRegistry Random() => RoutingBench.Registry([.. Names.Select(name => RoutingBench.Options(name, _random.Next(0, 5), _random.Next(0, 5), options =>
        {
            options.Region = Regions[_random.Next(2)];
            options.Enabled = _random.Next(8) != 0;
            options.Role = _random.Next(8) == 0 ? EndpointRole.Newcomer : EndpointRole.Registry;
            options.ContextTokens = _random.Next(100, 400);
            options.MaxOutputTokens = _random.Next(20, 100);
            options.ReasoningUsdPerMillion = _random.Next(3) == 0 ? _random.Next(0, 9) : null;
            options.Capabilities = _random.Next(2) == 0 ? EndpointCapabilities.Tools : EndpointCapabilities.None;
        }))]);

        private sealed class Running(RoutedCall call, RouteConstraints constraints, EndpointCapabilities capabilities, string tenant, int input, long cap)
        {
            public RoutedCall Call { get; } = call;

            public RouteConstraints Constraints { get; } = constraints;

            public EndpointCapabilities Capabilities { get; } = capabilities;

            public string Tenant { get; } = tenant;

            public int Input { get; } = input;

            public long Cap { get; } = cap;

            public TokenUsage Usage { get; set; }

            public long Bill { get; set; }

            public long Total { get; set; }

            public TimeSpan SentAt { get; set; }
        }
    }
}

using Polly;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Sharing;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Sharing;

public class BreakerQuorumTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryBreakerTransport _transport = new();

    [Fact]
    public void IsOpen_OneNodeAlone_NeverOpensItForOthers()
    {
        BreakerQuorum[] nodes = Nodes(5);
        for (int i = 0; i < 1000; i++)
        {
            nodes[0].Vote("k", isOpen: true);
        }

        nodes.Should().OnlyContain(static node => !node.IsOpen("k"));
    }

    [Fact]
    public void IsOpen_AQuorum_OpensItForAllAndWithdrawnVotesCloseIt()
    {
        BreakerQuorum[] nodes = Nodes(5);
        nodes[0].Vote("k", isOpen: true);
        nodes[1].Vote("k", isOpen: true);
        nodes[2].Vote("k", isOpen: true);
        nodes.Should().OnlyContain(static node => node.IsOpen("k"));
        nodes.Should().OnlyContain(static node => !node.IsOpen("other"));

        nodes[1].Vote("k", isOpen: false);

        nodes.Should().OnlyContain(static node => !node.IsOpen("k"));
    }

    [Fact]
    public void IsOpen_VotesThatAreNotCastAgain_RunOut()
    {
        BreakerQuorum[] nodes = Nodes(3);
        Array.ForEach(nodes, static node => node.Vote("k", isOpen: true));

        _time.Advance(TimeSpan.FromSeconds(31));

        nodes.Should().OnlyContain(static node => !node.IsOpen("k"));
    }

    [Fact]
    public void Receive_AVoteInTheNodesOwnName_DoesNotCount()
    {
        BreakerQuorum[] nodes = Nodes(3);
        nodes[0].Vote("k", isOpen: true);
        nodes[1].Vote("k", isOpen: true);

        _transport.Publish(new BreakerVote("node 2", "k", IsOpen: true));

        nodes[2].IsOpen("k").Should().BeFalse();
    }

    [Fact]
    public async Task KeyedBreakers_MostNodesFindItBroken_OpensAtTheOthersToo()
    {
        ResiliencePipeline[] pipelines = [.. Nodes(4).Select(node => new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddKeyedBreaker(new KeyedBreakerStrategyOptions { Quorum = node, Seed = 1 })
            .Build())];
        foreach (ResiliencePipeline broken in pipelines.Take(2))
        {
            await FailAsync(broken);
        }

        (await AskAsync(pipelines[3], new IOException())).Exception.Should().BeOfType<IOException>("two nodes of four are no quorum of three");
        await FailAsync(pipelines[2]);

        (await AskAsync(pipelines[3], null)).Exception.Should().BeOfType<CallRefusedException>();
    }

    private static async Task FailAsync(ResiliencePipeline pipeline)
    {
        for (int i = 0; i < 20; i++)
        {
            await AskAsync(pipeline, new IOException());
        }
    }

    private static async Task<Outcome<int>> AskAsync(ResiliencePipeline pipeline, Exception? error)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        context.Properties.Set(CallProperties.Key, "k");
        return await pipeline.ExecuteOutcomeAsync((_, _) => new ValueTask<Outcome<int>>(error is null ? Outcome.FromResult(1) : Outcome.FromException<int>(error)), context, 0);
    }

    private BreakerQuorum[] Nodes(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new BreakerQuorum($"node {i}", 3, TimeSpan.FromSeconds(30), _transport, _time))];
}

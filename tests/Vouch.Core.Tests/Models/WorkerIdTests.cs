using System.Text.Json;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Models;

public sealed class WorkerIdTests
{
    [Fact]
    public void Constructor_Text_IsKept()
    {
        var id = new WorkerId("render-07");

        id.Value.Should().Be("render-07");
        id.ToString().Should().Be("render-07");
        id.IsDefault.Should().BeFalse();
        new WorkerId(new string('x', WorkerId.MaxLength)).Value.Should().HaveLength(200);
    }

    [Fact]
    public void Constructor_BadText_Throws()
    {
        FluentActions.Invoking(() => new WorkerId(null!)).Should().Throw<ArgumentNullException>();
        foreach (string text in (string[])["", "  ", "a\nb", "\ud800", new string('x', WorkerId.MaxLength + 1)])
        {
            FluentActions.Invoking(() => new WorkerId(text)).Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public void Default_NamesNobody()
    {
        WorkerId none = default;

        none.IsDefault.Should().BeTrue();
        none.ToString().Should().BeEmpty();
        FluentActions.Invoking(() => none.Value).Should().Throw<InvalidOperationException>();
        none.CompareTo(new WorkerId("a")).Should().BeNegative();
    }

    [Fact]
    public void EqualityAndOrder_AreOrdinal()
    {
        WorkerId a = new("a"), b = new("b"), upper = new("B");

        new WorkerId(string.Concat("a", "")).Should().Be(a);
        (a < b && b > a && a <= b && b >= a && upper < a).Should().BeTrue();
        new[] { b, a, upper }.Order().Should().Equal(upper, a, b);
        new WorkerId("é").Should().NotBe(new WorkerId("e\u0301"));
    }

    [Fact]
    public void Json_RoundTrip_AsValueAndAsMemberName()
    {
        var scores = new Dictionary<WorkerId, WorkerId?> { [new("a")] = new WorkerId("b"), [new("c")] = null };

        string json = JsonSerializer.Serialize(scores);

        json.Should().Be("""{"a":"b","c":null}""");
        JsonSerializer.Deserialize<Dictionary<WorkerId, WorkerId?>>(json).Should().Equal(scores);
        JsonSerializer.Serialize(default(WorkerId)).Should().Be("null");
        JsonSerializer.Deserialize<WorkerId>("null").IsDefault.Should().BeTrue();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<WorkerId>("\"\"")).Should().Throw<JsonException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<WorkerId>("7")).Should().Throw<JsonException>();
    }
}

using System.Text.Json;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Models;

public sealed class WorkUnitIdTests
{
    [Fact]
    public void Constructor_TextAndBadText_AreJudged()
    {
        new WorkUnitId("tile 3/7").Value.Should().Be("tile 3/7");
        FluentActions.Invoking(() => new WorkUnitId(null!)).Should().Throw<ArgumentNullException>();
        foreach (string text in (string[])["", "\t", "a\0b", "\udc00x", new string('x', WorkUnitId.MaxLength + 1)])
        {
            FluentActions.Invoking(() => new WorkUnitId(text)).Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public void Default_NamesNoUnit()
    {
        default(WorkUnitId).IsDefault.Should().BeTrue();
        default(WorkUnitId).ToString().Should().BeEmpty();
        FluentActions.Invoking(() => default(WorkUnitId).Value).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void EqualityAndOrder_AreOrdinal()
    {
        WorkUnitId a = new("a"), b = new("b");

        a.Should().Be(new WorkUnitId("a"));
        (a < b && b > a && a <= b && b >= a).Should().BeTrue();
        default(WorkUnitId).CompareTo(a).Should().BeNegative();
    }

    [Fact]
    public void Json_RoundTrip_AsValueAndAsMemberName()
    {
        var done = new Dictionary<WorkUnitId, WorkUnitId> { [new("u1")] = new("u2"), [new("u3")] = default };

        string json = JsonSerializer.Serialize(done);

        json.Should().Be("""{"u1":"u2","u3":null}""");
        JsonSerializer.Deserialize<Dictionary<WorkUnitId, WorkUnitId>>(json).Should().Equal(done);
        FluentActions.Invoking(() => JsonSerializer.Deserialize<WorkUnitId>("\" \"")).Should().Throw<JsonException>();
        FluentActions.Invoking(() => JsonSerializer.Deserialize<WorkUnitId>("[]")).Should().Throw<JsonException>();
    }
}

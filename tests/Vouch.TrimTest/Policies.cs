using System.Text.Json;
using System.Text.Json.Serialization;
using Vouch.Core.Models;
using Vouch.Core.Policy;

namespace Vouch.TrimTest;

/// <summary>JSON without reflection, as a trimmed host writes it.</summary>
internal static partial class Policies
{
    public static PolicyDigest Digest(double errorBudget) => PolicyDigest.Of(new Policy(errorBudget, OptimizationProfile.Economy), Context.Default.Policy);

    public static bool RoundTrips(Evidence evidence) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(evidence, Context.Default.Evidence), Context.Default.Evidence) == evidence;

    internal sealed record Policy(double ErrorBudget, OptimizationProfile Profile);

    [JsonSerializable(typeof(Policy))]
    [JsonSerializable(typeof(Evidence))]
    internal sealed partial class Context : JsonSerializerContext;
}

using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Decisions;

[JsonSerializable(typeof(DecisionRecord))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class DecisionJson : JsonSerializerContext;

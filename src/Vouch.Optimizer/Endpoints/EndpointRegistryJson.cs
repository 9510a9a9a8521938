using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Endpoints;

[JsonSerializable(typeof(EndpointRegistryOptions))]
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
internal sealed partial class EndpointRegistryJson : JsonSerializerContext;

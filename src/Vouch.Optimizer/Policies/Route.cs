namespace Vouch.Optimizer.Policies;

/// <summary>A way to answer a prompt: one endpoint, or a cascade of three.</summary>
/// <param name="Name">The endpoint's name, or <c>first + second, else third</c>.</param>
/// <param name="Endpoint">The endpoint's position where it is a direct choice, else -1.</param>
/// <param name="Cascade">The cascade, or null for a direct choice.</param>
public sealed record Route(string Name, int Endpoint, Cascade? Cascade);

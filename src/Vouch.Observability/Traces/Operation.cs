namespace Vouch.Observability.Traces;

/// <summary>What a span did and for whom: the name of an operation within a service.</summary>
/// <param name="Service">The service, such as <c>checkout</c>.</param>
/// <param name="Name">The operation within it, such as <c>POST /orders</c>.</param>
public readonly record struct Operation(string Service, string Name)
{
    /// <summary>Returns the operation as text, such as <c>[checkout] POST /orders</c>.</summary>
    public override string ToString() => $"[{Service}] {Name}";
}

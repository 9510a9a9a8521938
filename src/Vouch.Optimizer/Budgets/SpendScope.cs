using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Budgets;

/// <summary>Whose spending a cap bounds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpendScope>))]
public enum SpendScope
{
    /// <summary>All spending together.</summary>
    Everyone = 0,

    /// <summary>Each tenant's spending for itself.</summary>
    EachTenant = 1,

    /// <summary>The spending of one named tenant.</summary>
    Tenant = 2,
}

namespace Vouch.AspNetCore.Signing;

/// <summary>Lets requests to an endpoint through without a signature, such as a health check or a page.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowUnsignedAttribute : Attribute;

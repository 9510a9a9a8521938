using System.Reflection;

namespace Vouch.Architecture.Tests.Api;

/// <summary>
/// Reads the annotations that the compiler writes for nullable reference types: one flag per place in a type, from left to right, or one for all, or
/// the default of the nearest context. <c>NullabilityInfoContext</c> tells what may be null at run time instead, which makes every unconstrained type parameter nullable.
/// Source: dotnet/roslyn, docs/features/nullable-metadata.md.
/// </summary>
internal sealed class NullableFlags
{
    private const byte Annotated = 2;
    private const string Attribute = "System.Runtime.CompilerServices.NullableAttribute";
    private const string Context = "System.Runtime.CompilerServices.NullableContextAttribute";

    private readonly byte[] _flags;
    private int _at;

    private NullableFlags(byte[] flags) => _flags = flags;

    /// <summary>Gets flags that annotate nothing.</summary>
    public static NullableFlags None => new([0]);

    public static NullableFlags Of(ParameterInfo parameter) => new(Own(parameter.GetCustomAttributesData()) ?? Default(parameter.Member));

    public static NullableFlags Of(MemberInfo member) => new(Own(member.GetCustomAttributesData()) ?? Default(member.DeclaringType));

    /// <summary>Whether a type parameter is held to types that are not null.</summary>
    public static bool IsNotNull(Type parameter) =>
        (Own(parameter.GetCustomAttributesData()) ?? Default(parameter.DeclaringMethod ?? (MemberInfo?)parameter.DeclaringType)) is [1, ..];

    /// <summary>Reads the flag of the next place: true where a question mark stands.</summary>
    public bool Next() => (_flags.Length == 1 ? _flags[0] : _at < _flags.Length ? _flags[_at++] : (byte)0) == Annotated;

    private static byte[]? Own(IEnumerable<CustomAttributeData> attributes) =>
        attributes.FirstOrDefault(data => data.AttributeType.FullName == Attribute)?.ConstructorArguments[0].Value switch
        {
            byte all => [all],
            IEnumerable<CustomAttributeTypedArgument> each => [.. each.Select(argument => (byte)argument.Value!)],
            _ => null,
        };

    private static byte[] Default(MemberInfo? member)
    {
        for (; member is not null; member = member.DeclaringType)
        {
            if (member.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.FullName == Context)?.ConstructorArguments[0].Value is byte flag)
            {
                return [flag];
            }
        }

        return [0];
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;

namespace Vouch.Architecture.Tests.Api;

/// <summary>Types as C# writes them: keywords, <c>?</c>, tuples with their names, generic arguments; namespaces left out.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>A type without nullability, as bases and constraints are written.</summary>
    public static string Of(Type type) => Of(type, NullableFlags.None, new Queue<string?>());

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, NullableFlags.Of(parameter), TupleNames(parameter));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, NullableFlags.Of(property), TupleNames(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, NullableFlags.Of(field), TupleNames(field));

    public static string Of(EventInfo info) => Of(info.EventHandlerType!, NullableFlags.Of(info), TupleNames(info));

    /// <summary>The name of a type with its type parameters and the types it stands in, without namespace.</summary>
    public static string Name(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        string own = type.Name.Split('`')[0];
        if (type.DeclaringType is { } outer && !type.IsGenericParameter)
        {
            int inherited = outer.GetGenericArguments().Length;
            string parameters = arguments.Length > inherited ? $"<{string.Join(", ", arguments[inherited..].Select(Variance))}>" : string.Empty;
            return $"{Name(outer)}.{own}{parameters}";
        }

        return arguments.Length == 0 ? own : $"{own}<{string.Join(", ", arguments.Select(Variance))}>";
    }

    private static string Variance(Type argument) => !argument.IsGenericParameter ? Of(argument)
        : (argument.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out " + argument.Name,
            GenericParameterAttributes.Contravariant => "in " + argument.Name,
            _ => argument.Name,
        };

    private static Queue<string?> TupleNames(ICustomAttributeProvider member) =>
        new(member.GetCustomAttributes(typeof(TupleElementNamesAttribute), inherit: false).Cast<TupleElementNamesAttribute>().FirstOrDefault()?.TransformNames ?? []);

    private static string Of(Type type, NullableFlags flags, Queue<string?> tupleNames)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, flags, tupleNames);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            // Nullable<T> has no flag of its own, only its argument has.
            return Of(underlying, flags, tupleNames) + "?";
        }

        if (type.IsPointer)
        {
            return Of(type.GetElementType()!, flags, tupleNames) + "*";
        }

        bool isNullable = (!type.IsValueType || type.IsGenericType) && flags.Next() && !type.IsValueType;
        return Plain(type, flags, tupleNames) + (isNullable ? "?" : null);
    }

    private static string Plain(Type type, NullableFlags flags, Queue<string?> tupleNames)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, flags, tupleNames)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsGenericParameter || !type.IsGenericType)
        {
            return type.IsGenericParameter ? type.Name : Name(type);
        }

        // Flags and tuple names stand in the order of the text, so the arguments are written from left to right.
        Type[] arguments = type.GetGenericArguments();
        bool isTuple = type.IsValueType && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) && arguments.Length > 1;
        string?[] names = [.. arguments.Select(_ => isTuple && tupleNames.TryDequeue(out string? name) ? name : null)];
        string[] texts = [.. arguments.Select((argument, index) => Of(argument, flags, tupleNames) + (names[index] is { } name ? " " + name : null))];
        if (isTuple)
        {
            return $"({string.Join(", ", texts)})";
        }

        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string outer = type.DeclaringType is { } declaring ? declaring.Name.Split('`')[0] + List(texts[..inherited]) + "." : string.Empty;
        return outer + type.Name.Split('`')[0] + List(texts[inherited..]);
    }

    private static string List(string[] arguments) => arguments.Length == 0 ? string.Empty : $"<{string.Join(", ", arguments)}>";
}

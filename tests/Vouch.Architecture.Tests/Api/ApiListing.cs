using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Vouch.Architecture.Tests.Api;

/// <summary>The public surface of an assembly as text: one line per type and member, in C#'s own words, sorted.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Attributes that change what a caller may do or what the compiler tells them.
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "ObsoleteAttribute", "FlagsAttribute", "ExperimentalAttribute", "RequiresUnreferencedCodeAttribute", "RequiresDynamicCodeAttribute", "RequiresAssemblyFilesAttribute",
        "DoesNotReturnAttribute", "DoesNotReturnIfAttribute", "NotNullAttribute", "NotNullWhenAttribute", "MaybeNullAttribute", "MaybeNullWhenAttribute", "MemberNotNullAttribute",
        "MemberNotNullWhenAttribute", "AllowNullAttribute", "DisallowNullAttribute", "NotNullIfNotNullAttribute", "SetsRequiredMembersAttribute", "JsonConverterAttribute",
        "UnsupportedOSPlatformAttribute", "SupportedOSPlatformAttribute", "OverloadResolutionPriorityAttribute", "CallerArgumentExpressionAttribute", "EnumeratorCancellationAttribute",
    };

    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (Type type in assembly.GetTypes().Where(IsVisible))
        {
            string name = $"{type.Namespace}.{TypeText.Name(type)}";
            lines.Add($"{name}: {Declaration(type)}");
            if (!typeof(Delegate).IsAssignableFrom(type))
            {
                lines.AddRange(Members(type).Select(member => $"{name}: {member}"));
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static string Declaration(Type type)
    {
        string attributes = Attributes(type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"{attributes}delegate {TypeText.Of(invoke.ReturnParameter)}({Parameters(invoke)}){Constraints(type.GetGenericArguments())}";
        }

        IEnumerable<Type> interfaces = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(item => item.IsPublic || item.IsNestedPublic);
        interfaces = interfaces.Except(interfaces.SelectMany(item => item.GetInterfaces())).OrderBy(item => item.Name, StringComparer.Ordinal);
        string kind = Kind(type);
        IEnumerable<string> bases = type.IsEnum
            ? [TypeText.Of(Enum.GetUnderlyingType(type))]
            : ((string[])[.. Base(type), .. interfaces.Where(item => !(kind.Contains("record", StringComparison.Ordinal) && item.Name == "IEquatable`1")).Select(TypeText.Of)]);
        string list = string.Join(", ", bases);
        return $"{attributes}{kind}{(list.Length > 0 ? " : " + list : null)}{Constraints(type.GetGenericArguments())}";
    }

    private static string[] Base(Type type) =>
        type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) ? [TypeText.Of(parent)] : [];

    private static string Kind(Type type)
    {
        if (type.IsEnum)
        {
            return "enum";
        }

        if (type.IsInterface)
        {
            return "interface";
        }

        bool isRecord = type.GetMethod("PrintMembers", Declared) is { } print && print.IsDefined(typeof(CompilerGeneratedAttribute));
        if (type.IsValueType)
        {
            return $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : null)}{(type.IsByRefLike ? "ref " : null)}{(isRecord ? "record " : null)}struct";
        }

        string modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : string.Empty;
        return modifier + (isRecord ? "record" : "class");
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{Attributes(field)}{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        return type.GetConstructors(Declared).Where(constructor => IsVisible(constructor, type) && !constructor.IsStatic).Select(constructor => Constructor(type, constructor))
            .Concat(type.GetFields(Declared).Where(field => IsVisible(field, type)).Select(Field))
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(accessor => IsVisible(accessor, type))).Select(property => Property(type, property)))
            .Concat(type.GetEvents(Declared).Where(item => IsVisible(item.AddMethod!, type)).Select(Event))
            .Concat(type.GetMethods(Declared).Where(method => IsVisible(method, type) && IsWritten(method)).Select(Method));
    }

    // Accessors are told with their property; what the compiler makes for records and iterators is told by the word "record".
    private static bool IsWritten(MethodInfo method) =>
        !method.IsDefined(typeof(CompilerGeneratedAttribute)) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.Contains('<', StringComparison.Ordinal);

    private static string Constructor(Type type, ConstructorInfo constructor) =>
        $"{Attributes(constructor)}{Access(constructor)}{type.Name.Split('`')[0]}({Parameters(constructor)})";

    private static string Field(FieldInfo field)
    {
        string modifier = field.IsLiteral ? "const " : (field.IsStatic ? "static " : string.Empty) + (field.IsInitOnly ? "readonly " : string.Empty);
        string required = field.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
        string value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue(), field.FieldType) : string.Empty;
        return $"{Attributes(field)}{(field.IsFamily || field.IsFamilyOrAssembly ? "protected " : null)}{required}{modifier}{TypeText.Of(field)} {field.Name}{value}";
    }

    private static string Property(Type type, PropertyInfo property)
    {
        MethodInfo accessor = property.GetAccessors(nonPublic: true).First(item => IsVisible(item, type));
        string name = property.GetIndexParameters() is { Length: > 0 } indexes
            ? $"this[{string.Join(", ", accessor.GetParameters().Take(indexes.Length).Select(Parameter))}]"
            : property.Name;
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : string.Empty;
        string Part(MethodInfo? part, string word) =>
            part is null || !IsVisible(part, type) ? string.Empty : $"{(Access(part) != Access(accessor) ? Access(part) : null)}{word}; ";
        bool isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        return $"{Attributes(property)}{Access(accessor)}{required}{Modifiers(accessor)}{Ref(property.PropertyType, accessor.ReturnParameter)}{TypeText.Of(property)} {name} "
            + $"{{ {Part(property.GetMethod, "get")}{Part(property.SetMethod, isInit ? "init" : "set")}}}";
    }

    private static string Event(EventInfo item) => $"{Attributes(item)}{Access(item.AddMethod!)}{Modifiers(item.AddMethod!)}event {TypeText.Of(item)} {item.Name}";

    private static string Method(MethodInfo method)
    {
        Type[] arguments = method.GetGenericArguments();
        string generic = arguments.Length > 0 ? $"<{string.Join(", ", arguments.Select(argument => argument.Name))}>" : string.Empty;
        return $"{Attributes(method)}{Access(method)}{Modifiers(method)}{Ref(method.ReturnType, method.ReturnParameter)}{TypeText.Of(method.ReturnParameter)} {method.Name}{generic}"
            + $"({Parameters(method)}){Constraints(arguments)}";
    }

    private static string Ref(Type type, ParameterInfo result) => !type.IsByRef ? string.Empty : result.IsDefined(typeof(IsReadOnlyAttribute)) ? "ref readonly " : "ref ";

    private static string Modifiers(MethodInfo method)
    {
        string kind = method.DeclaringType!.IsInterface
            ? method.IsStatic ? method.IsAbstract ? "static abstract " : "static " : method.IsAbstract ? string.Empty : "virtual "
            : method.IsStatic ? "static "
            : method.GetBaseDefinition() != method ? method.IsFinal ? "sealed override " : "override "
            : method.IsAbstract ? "abstract "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual " : string.Empty;
        return kind;
    }

    private static string Parameters(MethodBase method)
    {
        string list = string.Join(", ", method.GetParameters().Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute)) ? "this " + list : list;
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string passing = !parameter.ParameterType.IsByRef ? string.Empty : parameter.IsOut ? "out " : parameter.IsDefined(typeof(RequiresLocationAttribute)) ? "ref readonly " : parameter.IsIn ? "in " : "ref ";
        string parameters = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : string.Empty;
        string value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, parameter.ParameterType) : string.Empty;
        return $"{Attributes(parameter)}{parameters}{passing}{TypeText.Of(parameter)} {parameter.Name}{value}";
    }

    private static string Constraints(Type[] arguments)
    {
        var all = new List<string>();
        foreach (Type argument in arguments.Where(item => item.IsGenericParameter))
        {
            GenericParameterAttributes flags = argument.GenericParameterAttributes;
            bool isUnmanaged = argument.GetCustomAttributes().Any(attribute => attribute.GetType().Name == "IsUnmanagedAttribute");
            bool isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
            List<string> parts = [];
            if (isUnmanaged || isStruct)
            {
                parts.Add(isUnmanaged ? "unmanaged" : "struct");
            }
            else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            {
                parts.Add(NullableFlags.IsNotNull(argument) ? "class" : "class?");
            }

            parts.AddRange(argument.GetGenericParameterConstraints().Where(item => item != typeof(ValueType)).Select(TypeText.Of));
            if (parts.Count == 0 && NullableFlags.IsNotNull(argument))
            {
                parts.Add("notnull");
            }

            if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
            {
                parts.Add("new()");
            }

            if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
            {
                parts.Add("allows ref struct");
            }

            if (parts.Count > 0)
            {
                all.Add($" where {argument.Name} : {string.Join(", ", parts)}");
            }
        }

        return string.Concat(all);
    }

    private static string Attributes(MemberInfo member) => Attributes(member.GetCustomAttributesData());

    private static string Attributes(ParameterInfo parameter) => Attributes(parameter.GetCustomAttributesData());

    private static string Attributes(IEnumerable<CustomAttributeData> attributes) => string.Concat(attributes
        .Where(data => Telling.Contains(data.AttributeType.Name) && !IsMadeByTheCompiler(data))
        .Select(data => $"[{data.AttributeType.Name[..^"Attribute".Length]}{Arguments(data)}] ")
        .Order(StringComparer.Ordinal));

    // Required members mark every constructor obsolete for compilers that do not know them; the word "required" says enough.
    private static bool IsMadeByTheCompiler(CustomAttributeData data) =>
        data.AttributeType == typeof(ObsoleteAttribute) && data.ConstructorArguments is [{ Value: string reason }, ..] && reason.StartsWith("Constructors of types with required members", StringComparison.Ordinal);

    private static string Arguments(CustomAttributeData data)
    {
        string list = string.Join(", ", data.ConstructorArguments.Select(argument => Argument(argument))
            .Concat(data.NamedArguments.Select(argument => $"{argument.MemberName} = {Argument(argument.TypedValue)}")));
        return list.Length > 0 ? $"({list})" : string.Empty;
    }

    private static string Argument(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        Type type => $"typeof({TypeText.Of(type)})",
        IEnumerable<CustomAttributeTypedArgument> items => $"[{string.Join(", ", items.Select(Argument))}]",
        _ => Literal(argument.Value, argument.ArgumentType),
    };

    private static string Literal(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            string text => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"",
            bool flag => flag ? "true" : "false",
            char unit => $"'{unit}'",
            _ when type.IsEnum => Enum.GetName(type, value) is { } name ? $"{type.Name}.{name}" : $"({type.Name}){Convert.ToString(value, CultureInfo.InvariantCulture)}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static string Access(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : string.Empty;

    private static bool IsVisible(Type type) =>
        type.IsNested ? IsVisible(type.DeclaringType!) && (type.IsNestedPublic || (type.IsNestedFamily && !type.DeclaringType!.IsSealed)) : type.IsPublic;

    private static bool IsVisible(MethodBase method, Type type) => method.IsPublic || (!type.IsSealed && (method.IsFamily || method.IsFamilyOrAssembly));

    private static bool IsVisible(FieldInfo field, Type type) => field.IsPublic || (!type.IsSealed && (field.IsFamily || field.IsFamilyOrAssembly));
}

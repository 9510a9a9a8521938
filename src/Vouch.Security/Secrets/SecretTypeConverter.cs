using System.ComponentModel;
using System.Globalization;

namespace Vouch.Security.Secrets;

/// <summary>Lets configuration bind a secret; the way back gives <c>[secret]</c>.</summary>
internal sealed class SecretTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? Secret.FromText(text) : throw new NotSupportedException("A secret is made from text.");
}

//! What customers of a shop write every day and what must arrive as it is written.

use deskbell_client::mask::mask;
use deskbell_protocol::MessageText;

const EVERYDAY: &[&str] = &[
    // Orders and invoices
    "where is order 4111111111111112?",
    "order 4111 1042",
    "Order no. 41110042, paid on 2026-11-02",
    "my order number is 5500 0012 3456 7892",
    "Bestellung 2024-11-23-4829 ist nicht da",
    "invoice RE-2026-004829",
    "Rechnungsnummer 202611040042",
    "commande n° 100482913",
    "pedido 482913 no ha llegado",
    "customer number 48291374",
    "Kundennummer: 482913",
    "RMA 482913 was refused",
    // Parcels
    "tracking number 00340434161094042557",
    "DHL JJD000390007882913482",
    "UPS 1Z999AA10123456784",
    "FedEx 123456789012345",
    "USPS 9400 1118 9956 1234 5678 90",
    "Sendungsnummer 01234567890123 steht seit Tagen",
    "colis 6A12345678901 toujours pas là",
    "pick-up code 4829 does not open the locker",
    "the door code is 4829, please leave the parcel inside",
    "gate code: 1375",
    // What is left to be reached by
    "ana.code1234@example.com",
    "password@shop.example",
    "pin 4a, 12 Code Street, ana@example.com or 0170 4829137",
    // Phones
    "call me at +49 170 4829137",
    "my phone is +4242424242424242",
    "Tel. 0049 30 901820",
    "(555) 010-4829",
    "07700 900982 is my number",
    "area code 0301",
    // Products
    "EAN 4006381333931",
    "EAN 5012345678900 please",
    "ISBN 978-3-16-148410-0",
    "article 48291374 in green",
    "product code 482913",
    "Artikelcode: 482913",
    "item code is 123456",
    "colour code 112233",
    "the QR code 482913 cannot be read",
    "barcode 40063813",
    "IMEI 490154203237518",
    "serial number C02XG2JHJGH5",
    // Prices, dates, places
    "I paid 1,299.00 on 23.11.2026 at 10:15",
    "4999 € instead of 4299 €",
    "it is 2026 and the code still says 2024",
    "90210 is my zip code",
    "my zip code is 90210",
    "ZIP code 90210",
    "PIN code 560001, Bengaluru",
    "code postal 75001 Paris",
    "Postleitzahl 10115",
    "código postal: 28013",
    // Discounts
    "code SUMMER20 does not work",
    "discount code 123456",
    "the discount code is 123456",
    "my voucher with the code 482913",
    "code promo 482913",
    "Gutscheincode 482913",
    "code 482913 for 10 % discount",
    "gift card code: 48291374",
    "clave de descuento: VERANO2026",
    "error code 4829",
    "the code is 4829 €?",
    "HTTP status code 5030",
    // Passwords and codes that are only talked about
    "I forgot my password",
    "my password is wrong",
    "My password is not working!",
    "my password is expired.",
    "password: forgotten",
    "reset my password please, order 1042",
    "I changed the password 3 times",
    "the password must have 12 characters",
    "I need a new password for sam@example.com",
    "Passwort vergessen, Kundennummer 482913",
    "Mein Passwort ist abgelaufen",
    "Das Passwort wurde nicht akzeptiert",
    "mon mot de passe est incorrect",
    "he olvidado mi contraseña",
    "la mia password è scaduta",
    "non ricordo password e username",
    "hasło jest nieprawidłowe",
    "我忘了密码",
    "パスワードを忘れました",
    "password: ********",
    "user/password: sam@example.com",
    "password reset link: https://example.com/reset/4829137",
    "the verification code never arrives",
    "I entered the code but my order 482913 is still not paid",
    "order confirmation code 482913",
    "no code by SMS since 2024",
    "which IBAN do I pay to?",
    "my card ends in 4242",
    "•••• 4242 is the card",
];

#[test]
fn everyday_messages_arrive_byte_for_byte() {
    assert!(EVERYDAY.len() > 60);
    let wrong: Vec<_> = EVERYDAY
        .iter()
        .map(|text| (*text, mask(&MessageText::new(text).unwrap())))
        .filter(|(text, masked)| masked.text.as_str() != *text || !masked.spans.is_empty())
        .map(|(text, masked)| format!("{text} -> {}", masked.text.as_str()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

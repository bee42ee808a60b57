-- The same as ledger.core.spelling.spelling_key, so that items are found by it through an index. The
-- database's own lower() would do what its locale says, and in the locale C nothing beyond ASCII.

CREATE FUNCTION ledger_spelling_key(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    translate(
        translate(
            replace(replace(
                normalize(translate(words, U&'\00AD\200B\200C\200D\200E\200F\202A\202B\202C\202D\202E\2060\2061\2062\2063\2064\FEFF', ''), NFKD),
                'ß', 'ss'), 'ẞ', 'ss'),
            -- Capitals without accents, and the same in small.
                    'ABCDEFGHIJKLMNOPQRSTUVWXYZÆÐØÞĐĦŁŊŒŦƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽ'
                    'ȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНО'
                    'ПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈ'
                    'ԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ',
                    'abcdefghijklmnopqrstuvwxyzæðøþđħłŋœŧɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚ'
                    'ⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωσϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмно'
                    'прстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉ'
                    'ԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ'
        ),
        -- Tabs, line ends and other white space; what is not here NFKD has made a space already.
        U&'\0009\000A\000B\000C\000D\001C\001D\001E\001F\0085\1680\2028\2029',
        '             '
    ),
    ' +', ' ', 'g'));

-- text_pattern_ops: found by the beginning as well, whatever the locale.
CREATE INDEX item_by_sku_spelling
    ON ledger_item (company_id, ledger_spelling_key(sku) text_pattern_ops);
CREATE INDEX item_by_lookup_code_spelling
    ON ledger_item (company_id, ledger_spelling_key(lookup_code) text_pattern_ops)
    WHERE lookup_code <> '';
CREATE INDEX item_by_name_spelling
    ON ledger_item (company_id, ledger_spelling_key(name) text_pattern_ops);
